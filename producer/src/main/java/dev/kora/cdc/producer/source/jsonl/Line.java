package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.schema.Bytes;
import java.util.zip.CRC32C;

/**
 * A line as it stands in the input.
 *
 * @param number from 1
 * @param end offset of the byte behind it
 * @param length in bytes, with its end
 * @param text its bytes, with its end; empty where it is longer than {@link LineReader#MAX_BYTES}
 * @param headCrc checksum of the input's first bytes, see {@link LinePosition}
 */
record Line(long number, long end, long length, Bytes text, int headCrc) {

    boolean tooLong() {
        return length > text.length();
    }

    /** Whether nothing stands in it. */
    boolean blank() {
        for (byte each : text.array()) {
            if (each != ' ' && each != '\t' && each != '\r' && each != '\n') {
                return false;
            }
        }
        return !tooLong();
    }

    /** The position behind it. */
    LinePosition position(int load) {
        CRC32C crc = new CRC32C();
        crc.update(text.array());
        return new LinePosition(load, number, end, headCrc, text.length(), (int) crc.getValue());
    }
}
