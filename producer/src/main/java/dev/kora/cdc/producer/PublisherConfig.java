package dev.kora.cdc.producer;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import java.time.Duration;

/**
 * The settings of a {@link Publisher}.
 *
 * @param database its name prefixes the topics and the transactional id
 * @param shards number of shards, which is the number of the WAL topic's partitions
 * @param bufferBytes size of the ring of uncommitted entries: a power of two from 4 KiB to 1 GiB. No entry and no command may
 *     take more than half of it
 * @param syncPolicy when an append returns
 * @param appendTimeout how long an append waits for room in the ring
 * @param syncTimeout how long {@code sync}, {@code truncate} and appends under {@link SyncPolicy#EVERY_APPEND} wait for the commit
 * @param linger longest time for which a transaction gathers entries while more keep coming; a drained ring commits at once
 * @param batchRecords records in a transaction: a command may not have more, and no command is added to a transaction that has them
 * @param batchBytes likewise in bytes, as they stand in the ring
 * @param transactionTimeout after which the broker aborts an open transaction
 * @param openTimeout how long opening waits for Kafka
 * @param closeTimeout how long closing waits for what is uncommitted
 */
public record PublisherConfig(
        String database,
        int shards,
        int bufferBytes,
        SyncPolicy syncPolicy,
        Duration appendTimeout,
        Duration syncTimeout,
        Duration linger,
        int batchRecords,
        int batchBytes,
        Duration transactionTimeout,
        Duration openTimeout,
        Duration closeTimeout) {

    private static final int MIN_BUFFER_BYTES = 4 * 1024;
    /** Room for a shard's first entry. */
    private static final int MIN_BYTES_PER_SHARD = 512;

    private static final int MAX_BUFFER_BYTES = 1 << 30;
    /** Fits into the milliseconds of Kafka's settings and into nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(7);

    public PublisherConfig {
        TopicNames.wal(database); // refuses a name that cannot be
        check(shards > 0, "shards must be at least 1, not " + shards);
        check(
                Integer.bitCount(bufferBytes) == 1
                        && bufferBytes >= MIN_BUFFER_BYTES
                        && bufferBytes <= MAX_BUFFER_BYTES,
                "bufferBytes must be a power of two from 4096 to 1073741824, not " + bufferBytes);
        check(
                bufferBytes >= leastBufferBytes(shards),
                "bufferBytes must be at least %d for %d shards, not %d"
                        .formatted(leastBufferBytes(shards), shards, bufferBytes));
        check(batchRecords > 0, "batchRecords must be at least 1, not " + batchRecords);
        check(batchBytes > 0, "batchBytes must be at least 1, not " + batchBytes);
        checkSpan("appendTimeout", appendTimeout);
        checkSpan("syncTimeout", syncTimeout);
        checkSpan("linger", linger);
        checkSpan("transactionTimeout", transactionTimeout);
        checkSpan("openTimeout", openTimeout);
        checkSpan("closeTimeout", closeTimeout);
    }

    /** The smallest ring that has room for the first entry of each of so many shards, at least 1. */
    public static long leastBufferBytes(int shards) {
        return Math.max(MIN_BUFFER_BYTES, Long.highestOneBit(2L * shards * MIN_BYTES_PER_SHARD - 1));
    }

    /** The defaults: a ring of 64 MiB, transactions of at most 20 ms, 65,536 records or 16 MiB, 15 s transaction time-out. */
    public static PublisherConfig of(String database, int shards) {
        return new PublisherConfig(
                database,
                shards,
                64 * 1024 * 1024,
                SyncPolicy.ON_SYNC,
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofMillis(20),
                65_536,
                16 * 1024 * 1024,
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30));
    }

    /** This configuration with another ring size. */
    public PublisherConfig withBufferBytes(int bytes) {
        return new PublisherConfig(
                database,
                shards,
                bytes,
                syncPolicy,
                appendTimeout,
                syncTimeout,
                linger,
                batchRecords,
                batchBytes,
                transactionTimeout,
                openTimeout,
                closeTimeout);
    }

    /** This configuration with another sync policy. */
    public PublisherConfig withSyncPolicy(SyncPolicy policy) {
        return new PublisherConfig(
                database,
                shards,
                bufferBytes,
                policy,
                appendTimeout,
                syncTimeout,
                linger,
                batchRecords,
                batchBytes,
                transactionTimeout,
                openTimeout,
                closeTimeout);
    }

    /** This configuration with other waiting times of the callers. */
    public PublisherConfig withTimeouts(Duration append, Duration sync, Duration open, Duration close) {
        return new PublisherConfig(
                database,
                shards,
                bufferBytes,
                syncPolicy,
                append,
                sync,
                linger,
                batchRecords,
                batchBytes,
                transactionTimeout,
                open,
                close);
    }

    /** This configuration with other bounds of a transaction. */
    public PublisherConfig withBatch(Duration longest, int records, int bytes) {
        return new PublisherConfig(
                database,
                shards,
                bufferBytes,
                syncPolicy,
                appendTimeout,
                syncTimeout,
                longest,
                records,
                bytes,
                transactionTimeout,
                openTimeout,
                closeTimeout);
    }

    /** This configuration with another transaction time-out at the broker. */
    public PublisherConfig withTransactionTimeout(Duration timeout) {
        return new PublisherConfig(
                database,
                shards,
                bufferBytes,
                syncPolicy,
                appendTimeout,
                syncTimeout,
                linger,
                batchRecords,
                batchBytes,
                timeout,
                openTimeout,
                closeTimeout);
    }

    private static void checkSpan(String name, Duration span) {
        check(
                !span.isNegative() && span.compareTo(LONGEST) <= 0,
                name + " must be from 0 to " + LONGEST.toDays() + " days, not " + span);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new CdcException.Invalid("publisher: " + message);
        }
    }
}
