package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HexDumpTest {
    @Test
    void showsSixteenBytesALine() {
        byte[] bytes = new byte[18];
        bytes[0] = 'k';
        bytes[15] = (byte) 0xff;
        bytes[17] = '~';
        assertEquals(
                List.of(
                        "00000000  6b 00 00 00 00 00 00 00  00 00 00 00 00 00 00 ff  |k...............|",
                        "00000010  00 7e                                             |.~|"),
                HexDump.lines(Bytes.of(bytes), 100));
    }

    @Test
    void saysWhatItLeavesOut() {
        assertEquals(
                List.of(
                        "00000000  61 61                                             |aa|",
                        "… 1,998 more bytes: --bytes shows more"),
                HexDump.lines(Bytes.utf8("a".repeat(2_000)), 2));
        assertEquals(List.of(), HexDump.lines(Bytes.EMPTY, 10));
    }
}
