package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.Bytes;
import java.util.ArrayList;
import java.util.List;

/** Bytes for people: sixteen a line, with their index, in hexadecimal and as text. */
final class HexDump {
    private static final int A_LINE = 16;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_PRINTABLE = 0x7e;

    private HexDump() {}

    /** The first {@code limit} bytes, and a last line that says how many are left out. */
    static List<String> lines(Bytes bytes, int limit) {
        List<String> lines = new ArrayList<>();
        int end = Math.min(limit, bytes.length());
        for (int from = 0; from < end; from += A_LINE) {
            lines.add(line(bytes.array(), from, Math.min(end, from + A_LINE)));
        }
        if (end < bytes.length()) {
            lines.add("… %,d more bytes: --bytes shows more".formatted(bytes.length() - end));
        }
        return lines;
    }

    private static String line(byte[] bytes, int from, int to) {
        StringBuilder hex = new StringBuilder();
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            int unsigned = bytes[i] & 0xff;
            hex.append(i == from + A_LINE / 2 ? "  " : " ").append("%02x".formatted(unsigned));
            text.append(unsigned >= FIRST_PRINTABLE && unsigned <= LAST_PRINTABLE ? (char) unsigned : '.');
        }
        return "%08x %-49s  |%s|".formatted(from, hex, text);
    }
}
