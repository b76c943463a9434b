package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.truncation.TruncationPolicy;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import java.time.Duration;

/**
 * The settings of a {@link Materializer}.
 *
 * @param database its name prefixes the topics, the group and the transactional ids
 * @param shards number of shards, which is the number of partitions of both topics
 * @param instanceId names this process in the group across its restarts; no two live ones may share it
 * @param commitInterval longest time for which a commit gathers entries while more keep coming; a WAL that is drained
 *     commits at once
 * @param batchRows rows that a commit keeps in memory before it is made; one entry may take it beyond
 * @param batchBytes likewise in bytes, about
 * @param flushBytes changed bytes after which a store is made to survive a crash
 * @param flushInterval time after which it is, if anything has changed
 * @param transactionTimeout after which the broker aborts an open transaction; the broker's {@code
 *     transaction.max.timeout.ms}, since a commit is never split
 * @param closeTimeout how long closing, and handing a shard over, waits for the last commit
 * @param truncation when the WAL is truncated, and what that waits for
 */
public record MaterializerConfig(
        String database,
        int shards,
        String instanceId,
        Duration commitInterval,
        int batchRows,
        long batchBytes,
        long flushBytes,
        Duration flushInterval,
        Duration transactionTimeout,
        Duration closeTimeout,
        TruncationPolicy truncation) {

    public MaterializerConfig {
        TopicNames.wal(database); // refuses a name that cannot be
        check(shards > 0, "shards must be at least 1, not " + shards);
        check(!instanceId.isEmpty(), "instanceId must have a name");
        check(!commitInterval.isNegative(), "commitInterval must not be negative, but is " + commitInterval);
        check(batchRows > 0, "batchRows must be at least 1, not " + batchRows);
        check(batchBytes > 0, "batchBytes must be at least 1, not " + batchBytes);
    }

    /**
     * The defaults: commits of at most 50 ms, 50,000 rows or 32 MiB; a store flushed every 64 MiB or 30 s; 15 minutes
     * transaction time-out, which is the broker's own default maximum; 30 s to close; truncated as marked.
     */
    public static MaterializerConfig of(String database, int shards, String instanceId) {
        return new MaterializerConfig(
                database,
                shards,
                instanceId,
                Duration.ofMillis(50),
                50_000,
                32L << 20,
                64L << 20,
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                TruncationPolicy.DEFAULT);
    }

    /** This configuration with other bounds of a commit. */
    public MaterializerConfig withBatch(Duration interval, int rows, long bytes) {
        return new MaterializerConfig(
                database,
                shards,
                instanceId,
                interval,
                rows,
                bytes,
                flushBytes,
                flushInterval,
                transactionTimeout,
                closeTimeout,
                truncation);
    }

    /** This configuration with other bounds of what a store may lose in a crash. */
    public MaterializerConfig withFlush(long bytes, Duration interval) {
        return new MaterializerConfig(
                database,
                shards,
                instanceId,
                commitInterval,
                batchRows,
                batchBytes,
                bytes,
                interval,
                transactionTimeout,
                closeTimeout,
                truncation);
    }

    /** This configuration with other time-outs. */
    public MaterializerConfig withTimeouts(Duration transaction, Duration close) {
        return new MaterializerConfig(
                database,
                shards,
                instanceId,
                commitInterval,
                batchRows,
                batchBytes,
                flushBytes,
                flushInterval,
                transaction,
                close,
                truncation);
    }

    /** This configuration with another policy of truncation. */
    public MaterializerConfig withTruncation(TruncationPolicy policy) {
        return new MaterializerConfig(
                database,
                shards,
                instanceId,
                commitInterval,
                batchRows,
                batchBytes,
                flushBytes,
                flushInterval,
                transactionTimeout,
                closeTimeout,
                policy);
    }

    /** The id of the consumer group that shares the shards out. */
    public String group() {
        return database + "-materializer";
    }

    /** The topic of the WAL. */
    public String walTopic() {
        return TopicNames.wal(database);
    }

    /** The compacted topic. */
    public String snapshotTopic() {
        return TopicNames.snapshot(database);
    }

    /** Under which a shard's owner writes; whoever takes it up fences the former owner. */
    String transactionalId(int shard) {
        return database + "-snapshot-" + shard;
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new CdcException.Invalid("materializer: " + message);
        }
    }
}
