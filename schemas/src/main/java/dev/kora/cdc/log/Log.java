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

    /** What a partition takes on its leader's disk. */
    LogSize size(LogPartition partition);

    /**
     * The offset of the first record whose time is not before a time, be it one that readers do not see: all before it are older.
     *
     * @param timeMs milliseconds since 1970
     * @return empty where all records are older
     */
    OptionalLong offsetAt(LogPartition partition, long timeMs);

    /**
     * Ends in a partition what a transactional id has left open there although its coordinator takes it for ended: a broker that
     * is killed while it ends a transaction may forget a partition of it, also of one whose commit was acknowledged
     * (docs/decisions/0010). It is ended as the coordinator had decided.
     *
     * <p>To be called <i>before</i> a writer with the id is initialised, for then the coordinator no longer knows what it
     * decided. Whoever holds the id, nothing that is under way is touched.
     *
     * @throws LogException {@link LogException.Kind#TIMED_OUT}: the coordinator is ending a transaction right now; call again
     */
    Forgotten endForgotten(String transactionalId, LogPartition partition);

    /**
     * Aborts in a partition what a transactional id has left open there, where nobody knows any more what its coordinator had
     * decided: its records are lost, also where they had been committed. To be called by the only holder of the id, when it
     * has initialised its writer and has no transaction open.
     *
     * @return how many there were
     */
    int abortForgotten(String transactionalId, LogPartition partition);

    /** The offset that a consumer group committed, if it did. */
    OptionalLong committedOffset(String group, LogPartition partition);

    /**
     * Opens a reader of committed records from a position. It does no I/O before the first poll, but for looking up the names of
     * servers.
     *
     * @throws LogException {@link LogException.Kind#TIMED_OUT}: no server's name can be looked up
     */
    LogReader openReader(LogPartition partition, LogPosition from);

    /**
     * Opens a transactional writer. It does no I/O before {@link LogWriter#initialize()}, but for looking up the names of servers.
     *
     * @param transactionTimeout after which the broker aborts an open transaction
     * @throws LogException {@link LogException.Kind#TIMED_OUT}: no server's name can be looked up
     */
    LogWriter openWriter(String transactionalId, Duration transactionTimeout);

    /**
     * Takes part in a consumer group to learn which partitions of a topic are this process's. Nothing is read through the
     * group, and no offset is committed but by {@link LogWriter#sendOffset}. Returns at once; what comes, and what fails, is
     * told to the listener.
     *
     * @param instanceId names this member across its restarts; no two live members of the group may have the same. While a
     *     dead one's session lasts, joining is tried again and again
     */
    Group joinGroup(String group, String instanceId, String topic, GroupListener listener);

    @Override
    void close();
}
