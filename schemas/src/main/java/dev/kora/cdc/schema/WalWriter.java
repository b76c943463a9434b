package dev.kora.cdc.schema;

/**
 * Where a shard logs its mutations: Kora's contract, with what a durable log adds to it.
 *
 * <p>One instance serves one shard and is called on that shard's own thread. A committed append is acknowledged by all
 * in-sync replicas of the log; on a single broker that is the operating system's page cache, not the disk.
 */
public interface WalWriter extends AutoCloseable {

    /**
     * Takes a record for the log, in the order of the calls.
     *
     * <p>No network call happens here. Where the ring of uncommitted entries is full, the call waits for room, up to the
     * configured time. A record is never dropped: it either has a sequence or the call throws.
     *
     * @return the entry's sequence within its shard
     * @throws CdcException.Invalid the record is beyond {@link Limits}; nothing was taken
     * @throws CdcException.Unavailable the log took nothing for too long and the ring is full; nothing was taken, try again
     * @throws CdcException.Fenced a newer writer has taken over, or a write that no retry can mend has stopped this one
     */
    long append(WalRecord record);

    /**
     * Returns when everything appended so far is committed in the log.
     *
     * @throws CdcException.Unavailable not committed in time; the entries stay in memory and are still being tried
     * @throws CdcException.Fenced as for {@link #append}; entries that were not committed will never be
     */
    void sync();

    /**
     * Marks that the log up to here may be deleted once the snapshot covers it, and returns when the marker is committed.
     *
     * <p>Nothing is deleted here: the writer cannot know what the snapshot covers.
     *
     * @throws CdcException.Unavailable as for {@link #sync}
     * @throws CdcException.Fenced as for {@link #append}
     */
    void truncate();

    /** Commits what was appended and releases the writer. Idempotent. */
    @Override
    void close();
}
