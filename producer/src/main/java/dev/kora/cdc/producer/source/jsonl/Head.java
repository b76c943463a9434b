package dev.kora.cdc.producer.source.jsonl;

import java.util.zip.CRC32C;

/** The checksum of a file's first bytes, as they are read. Not thread-safe. */
final class Head {
    /** So many bytes tell one file from another. */
    static final int BYTES = 4096;

    private final CRC32C crc = new CRC32C();
    private int length;

    /** Takes the next bytes of the file, of which only the first count. */
    void update(byte[] bytes, int from, int count) {
        int taken = Math.min(count, BYTES - length);
        if (taken > 0) {
            crc.update(bytes, from, taken);
            length += taken;
        }
    }

    int crc() {
        return (int) crc.getValue();
    }
}
