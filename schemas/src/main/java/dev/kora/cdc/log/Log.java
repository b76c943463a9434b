package dev.kora.cdc.log;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * A partitioned, transactional log. Thread-safe; the readers and writers it opens are not.
 *
 * <p>All calls that do I/O throw {@link LogException}; its kind says what to do.
 */
public interface Log extends AutoCloseable {

    /** The id of a topic, which changes when the topic is created anew. */
    String topicId(String topic);

    LogEnds ends(LogPartition partition);

    /**
     * Deletes the records before an offset. They may come back if the broker loses power.
     *
     * @return the partition's start afterwards
     */
    long deleteBefore(LogPartition partition, long offset);

    /** The offset that a consumer group committed, if it did. */
    OptionalLong committedOffset(String group, LogPartition partition);

    /** Opens a reader of committed records from a position. It does no I/O before the first poll. */
    LogReader openReader(LogPartition partition, LogPosition from);

    /**
     * Opens a transactional writer. It does no I/O before {@link LogWriter#initialize()}.
     *
     * @param transactionTimeout after which the broker aborts an open transaction
     */
    LogWriter openWriter(String transactionalId, Duration transactionTimeout);

    @Override
    void close();
}
