package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.Expiry;
import dev.kora.cdc.schema.Bytes;
import java.nio.ByteBuffer;

/**
 * Keys that stand in RocksDB alone and never in the compacted topic; they sort before all row keys.
 *
 * <pre>
 * 00 'f'                        format of the store
 * 00 'p'                        position
 * 00 'x' expires_at row key     expiry index (8 bytes, big-endian, sign flipped); no value
 * </pre>
 */
final class LocalKeys {
    static final byte[] FORMAT = {0, 'f'};
    static final byte[] POSITION = {0, 'p'};
    static final byte[] EXPIRIES = {0, 'x'};
    static final byte[] EXPIRIES_END = {0, 'y'};
    /** Before every row key, behind every local key. */
    static final byte[] ROWS = {1};
    /** Behind every row key. */
    static final byte[] ROWS_END = {(byte) 0xff};
    /** Before everything. */
    static final byte[] ALL = {0};

    private static final int EXPIRY_HEADER = EXPIRIES.length + Long.BYTES;

    private LocalKeys() {}

    static byte[] expiry(Expiry expiry) {
        return ByteBuffer.allocate(EXPIRY_HEADER + expiry.rowKey().length())
                .put(EXPIRIES)
                .putLong(expiry.atMs() ^ Long.MIN_VALUE)
                .put(expiry.rowKey().array())
                .array();
    }

    /** Behind all expiries up to a time. */
    static byte[] expiriesEnd(long atMs) {
        if (atMs == Long.MAX_VALUE) {
            return EXPIRIES_END;
        }
        return ByteBuffer.allocate(EXPIRY_HEADER)
                .put(EXPIRIES)
                .putLong((atMs + 1) ^ Long.MIN_VALUE)
                .array();
    }

    static Bytes rowKeyOfExpiry(byte[] key) {
        byte[] rowKey = new byte[key.length - EXPIRY_HEADER];
        System.arraycopy(key, EXPIRY_HEADER, rowKey, 0, rowKey.length);
        return Bytes.of(rowKey);
    }
}
