package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard as rows, to be read and changed; what was changed is read back at once. The checkpoint is not
 * among the rows. Not thread-safe.
 */
public interface State {

    /** The row under a row key, or null. */
    @Nullable
    SnapshotRow find(Bytes rowKey);

    /**
     * The first key in the order (expiresAtMs, row key) whose time to live has ended, or null. Keys that never expire
     * ({@link Long#MAX_VALUE}) are left out.
     *
     * @param atMs the last expiry time that counts as ended
     */
    SnapshotRow.@Nullable Key firstExpired(long atMs);

    /** Sets a row, replacing the one under the same row key. */
    void put(Bytes rowKey, SnapshotRow row);

    /**
     * Removes the row under a row key, if there is one.
     *
     * @param sequence of the entry that removes it
     */
    void delete(Bytes rowKey, Tombstone.Reason reason, long sequence);

    /**
     * Removes all rows whose row keys begin with a prefix, however many there are, in bounded memory.
     *
     * @param prefix all rows of a kind, or all elements of one key
     * @param sequence of the entry that removes them
     */
    void deleteAll(Bytes prefix, Tombstone.Reason reason, long sequence);
}
