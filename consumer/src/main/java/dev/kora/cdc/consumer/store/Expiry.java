package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/**
 * When a key's time to live ends, in the order in which keys expire.
 *
 * @param atMs milliseconds since 1970; never {@link Long#MAX_VALUE}
 * @param rowKey of the KEY row
 */
public record Expiry(long atMs, Bytes rowKey) implements Comparable<Expiry> {

    /** The expiry of a row, or null where it is no KEY row or never expires. */
    public static @Nullable Expiry of(Bytes rowKey, @Nullable SnapshotRow row) {
        return row instanceof SnapshotRow.Key key ? at(key.expiresAtMs(), rowKey) : null;
    }

    /** The expiry at a time as {@link SnapshotRow.Key#expiresAtMs()} has it, or null for never and for none. */
    public static @Nullable Expiry at(long atMs, Bytes rowKey) {
        return atMs == SnapshotRow.NO_EXPIRY || atMs == Long.MAX_VALUE ? null : new Expiry(atMs, rowKey);
    }

    @Override
    public int compareTo(Expiry other) {
        int byTime = Long.compare(atMs, other.atMs);
        return byTime != 0 ? byTime : rowKey.compareTo(other.rowKey);
    }
}
