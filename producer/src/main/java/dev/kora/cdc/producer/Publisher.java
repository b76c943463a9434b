package dev.kora.cdc.producer;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.util.List;
import java.util.Optional;

/**
 * The one writer of a database's WAL: it owns all shards in one process and commits their entries together.
 *
 * <p>An engine appends through a {@link #writer}, which waits where the ring of uncommitted entries is full. An event loop
 * appends through {@link #tryAppend}, which never waits. Both share the shards' sequences. Thread-safe; what it hands out
 * says so for itself.
 */
public interface Publisher extends AutoCloseable {

    /** The number of shards; they are numbered from 0. */
    int shards();

    /**
     * A new writer for a shard. Any number of writers may share a shard; each is used by one thread at a time and closed by
     * whoever asked for it. Entries of one writer keep their order; between writers of one shard the order of the calls counts.
     *
     * @throws CdcException.Invalid there is no such shard
     */
    SourceWriter writer(int shard);

    /**
     * Takes all records of one command, or none of them, without waiting for anything.
     *
     * <p>The records share one commit, in whatever shards they fall, and are acknowledged together. Records of one shard keep
     * the order of the list.
     *
     * @param command one or more records
     * @param listener told once when all of them are committed, or that they will not be by this publisher
     * @return whether the command was taken; false means that the ring is full, nothing was taken and {@code listener} will
     *     not be called: stop reading, and try again a little later
     * @throws CdcException.Invalid the command is empty, a record is beyond {@link dev.kora.cdc.schema.Limits} or names no
     *     shard of this database, or the command is too large for one commit; nothing was taken
     * @throws CdcException.Fenced this publisher has stopped for good; nothing was taken
     */
    boolean tryAppend(List<ShardRecord> command, CommitListener listener);

    /**
     * The newest source position that is committed for a shard; empty where no entry ever carried one. Right after opening, that
     * is what an earlier process committed: the source goes on from there.
     *
     * @see SourceWriter#append(dev.kora.cdc.schema.WalRecord, Bytes)
     */
    Optional<Bytes> sourcePosition(int shard);

    /** A snapshot for people and dashboards. Cheap; no I/O. */
    PublisherStatus status();

    /**
     * Takes no more entries, commits those it has, and lets go of the log's writer, within the configured time. Idempotent.
     *
     * @throws CdcException.Unavailable entries were left uncommitted; the message counts them
     */
    @Override
    void close();
}
