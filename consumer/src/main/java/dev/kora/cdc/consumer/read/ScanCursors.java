package dev.kora.cdc.consumer.read;

import dev.kora.cdc.schema.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Turns the place where a scan stands into the number that a client passes back. Thread-safe.
 *
 * <p>Rows are in the order of their keys, so the place is a row key, which does not fit into the 64 bits of a cursor. The
 * cursor is therefore a hash of the row key, behind the number of the shard, and this table says which row key it stands for:
 * the most recent ones, for all connections, as clients with a pool scan over several. The table only saves time as long as
 * the row is there: a cursor that fell out of it, or that an earlier process gave, is found by going through the rows once
 * ({@link #of} is the same for ever). Only a cursor that fell out <em>and</em> whose row was deleted is lost.
 *
 * <p>Two row keys may have one hash. Then the second is refused here while the first is remembered, and the page that would
 * end there takes one row more.
 */
final class ScanCursors {
    /** Sections that a cursor can name. */
    static final int SECTIONS = 1 << 16;

    private static final int HASH_BITS = 47;
    private static final long HASH_MASK = (1L << HASH_BITS) - 1;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final int maxEntries;
    private final long maxBytes;
    private final Map<Long, Bytes> rowKeys = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * An empty table.
     *
     * @param maxEntries places to remember
     * @param maxBytes all their row keys together
     */
    ScanCursors(int maxEntries, long maxBytes) {
        this.maxEntries = maxEntries;
        this.maxBytes = maxBytes;
    }

    /**
     * The cursor of a place: positive, never 0.
     *
     * @param section the shard; 0 within a collection
     */
    static long of(int section, Bytes rowKey) {
        long hash = FNV_OFFSET;
        for (byte b : rowKey.array()) {
            hash = (hash ^ Byte.toUnsignedInt(b)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) & HASH_MASK;
        return (long) section << HASH_BITS | (hash == 0 ? 1 : hash);
    }

    /** The section that a cursor names. */
    static int section(long cursor) {
        return (int) (cursor >>> HASH_BITS);
    }

    /** Remembers a place and gives its cursor, or none if another place has the same one. */
    synchronized OptionalLong remember(int section, Bytes rowKey) {
        long cursor = of(section, rowKey);
        Bytes known = rowKeys.get(cursor);
        if (known == null) {
            rowKeys.put(cursor, rowKey);
            bytes += rowKey.length();
            forgetOldest();
        } else if (!known.equals(rowKey)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(cursor);
    }

    /** The row key that a cursor stands for, unless it has been forgotten. */
    synchronized Optional<Bytes> rowKey(long cursor) {
        return Optional.ofNullable(rowKeys.get(cursor));
    }

    private void forgetOldest() {
        var oldest = rowKeys.values().iterator();
        while (rowKeys.size() > maxEntries || bytes > maxBytes) {
            bytes -= oldest.next().length();
            oldest.remove();
        }
    }
}
