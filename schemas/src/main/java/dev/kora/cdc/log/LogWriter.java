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

    /** Hands a record over; it is written no later than {@link #commit()}, which also reports what went wrong with it. */
    void send(LogPartition partition, LogRecord record);

    /**
     * Makes the group's offset of a partition part of the transaction.
     *
     * @param membership the group's membership as of the assignment; a member that has since lost the partition is refused
     */
    void sendOffset(GroupMembership membership, LogPartition partition, LogPosition position);

    /**
     * Commits. After {@link LogException.Kind#TIMED_OUT} the outcome is unknown: call it again on this same writer, and
     * nothing else, until it answers otherwise.
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
