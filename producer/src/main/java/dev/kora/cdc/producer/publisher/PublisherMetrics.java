package dev.kora.cdc.producer.publisher;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a publisher counts since it was opened. Thread-safe; whoever exports metrics reads them.
 */
public final class PublisherMetrics {
    final LongAdder refusedFull = new LongAdder();
    final LongAdder refusedInvalid = new LongAdder();
    final LongAdder committedEntries = new LongAdder();
    final LongAdder committedBytes = new LongAdder();
    final LongAdder commits = new LongAdder();
    final LongAdder aborted = new LongAdder();
    final LongAdder reopened = new LongAdder();
    final LongAdder heartbeats = new LongAdder();
    final LongAdder errors = new LongAdder();
    final Histogram transactionNanos = new Histogram();
    final Histogram transactionEntries = new Histogram();
    final Histogram roomWaitNanos = new Histogram();

    PublisherMetrics() {}

    /** Appends that took nothing because the ring was full: timed out, or refused at once. */
    public long refusedFull() {
        return refusedFull.sum();
    }

    /** Appends that took nothing because the record or command cannot be carried. */
    public long refusedInvalid() {
        return refusedInvalid.sum();
    }

    /** Entries committed, heartbeats and openings among them. */
    public long committedEntries() {
        return committedEntries.sum();
    }

    /** Their bytes, as they stood in the ring. */
    public long committedBytes() {
        return committedBytes.sum();
    }

    /** Transactions committed. */
    public long commits() {
        return commits.sum();
    }

    /** Transactions aborted and sent again. */
    public long aborted() {
        return aborted.sum();
    }

    /** How often the log's writer was opened anew. */
    public long reopened() {
        return reopened.sum();
    }

    /** Heartbeats appended. */
    public long heartbeats() {
        return heartbeats.sum();
    }

    /** Failed calls of the log, each followed by another try or by the end. */
    public long errors() {
        return errors.sum();
    }

    /** From the begin of a transaction to the end of its commit, in nanoseconds; committed ones only. */
    public Histogram transactionNanos() {
        return transactionNanos;
    }

    /** Entries of a committed transaction. */
    public Histogram transactionEntries() {
        return transactionEntries;
    }

    /** How long appends waited for room, in nanoseconds; those that did not wait are not counted. */
    public Histogram roomWaitNanos() {
        return roomWaitNanos;
    }
}
