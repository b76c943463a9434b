package dev.kora.cdc.log;

/**
 * Writes to the log in transactions, as one holder of a transactional id. Not thread-safe.
 *
 * <p>The calls follow Kafka's: {@link #initialize()} once, then {@link #begin()}, any number of {@link #send}, and {@link
 * #commit()} or {@link #abort()}. What may be called after a failure is said by {@link LogException.Kind}.
 */
public interface LogWriter extends AutoCloseable {

    /** Fences every earlier holder of the transactional id and ends its open transaction. */
    void initialize();

    void begin();

    /**
     * Hands a record over; it is written no later than {@link #commit()}, which also reports what went wrong with it.
     *
     * @throws LogException where it is known already that this transaction cannot be committed, as commit would
     */
    void send(LogPartition partition, LogRecord record);

    /**
     * Makes the group's offset of a partition part of the transaction.
     *
     * @param membership as given with the assignment of the partition
     * @throws LogException {@link LogException.Kind#FENCED} where the partition was revoked or lost: abort, and leave it. Also,
     *     and then the abort says the same, where another writer took over <i>or this transaction timed out</i>, which Kafka
     *     does not tell apart here; {@link LogException.Kind#ABORTABLE} also where the group refused a member that it has not told anything yet: the
     *     next attempt, or the listener, will tell
     */
    void sendOffset(GroupMembership membership, LogPartition partition, LogPosition position);

    /**
     * Commits. After {@link LogException.Kind#TIMED_OUT} the outcome is unknown: call it again on this same writer, and
     * nothing else, until it answers otherwise.
     *
     * <p>When it returns the outcome is decided; readers see it, and the last stable offset passes it, moments later.
     *
     * @throws LogException {@link LogException.Kind#WENT_BACK} where it was committed, but before what this writer had committed
     *     earlier: the log lost records since, or its topic was created anew. This writer is of no more use then
     */
    void commit();

    /**
     * The offset just behind the last record of a partition in the transaction that committed last (its control record
     * stands there or later).
     *
     * @throws IllegalStateException the transaction that committed last has no record in the partition
     */
    long offsetNext(LogPartition partition);

    /** Aborts. After it returns, the next transaction may begin; where it throws, the exception's kind decides. */
    void abort();

    /** Lets go of the writer at once, without waiting for anything. Idempotent. */
    @Override
    void close();
}
