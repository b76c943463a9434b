package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/** Rows of one shard in the order of their row keys, to be read. The checkpoint is not among them. */
public interface Rows {

    /** The row under a row key, or null. */
    @Nullable
    SnapshotRow find(Bytes rowKey);

    /**
     * The rows from {@code from} on, in the unsigned order of their row keys.
     *
     * @param to the first row key left out, or null for none
     */
    RowCursor scan(Bytes from, @Nullable Bytes to);

    /**
     * The keys that have a time to live, in the order (expiresAtMs, row key). Keys that never expire ({@link
     * Long#MAX_VALUE}) are not among them.
     *
     * @param atMs the last expiry time that is still of interest
     */
    RowCursor scanExpiring(long atMs);
}
