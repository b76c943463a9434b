package dev.kora.cdc.log;

import dev.kora.cdc.log.FakeTransaction.OffsetKey;
import dev.kora.cdc.log.LogException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory that behaves as Kafka 4.3.1 was seen to, with faults by script. Thread-safe: one lock guards it all.
 *
 * <p>Offsets are Kafka's: every record takes one, committed or not, and the end of a transaction takes one more (a control
 * record) in each partition it wrote to. Readers see committed records below the last stable offset, which an open
 * transaction holds back, whoever's it is.
 *
 * <p>What a writer is told:
 *
 * <ul>
 *   <li><b>Another writer initialised with its id</b>: a send is found out by {@code commit}, which says {@code ABORTABLE};
 *       only the abort says {@code FENCED}. A commit without a send after the fencing says {@code FENCED} itself.
 *   <li><b>Its own transaction ran into its time-out</b> ({@link #timeOutTransaction}): a send after it is found out as
 *       above, but then the abort works and the writer goes on. A commit without such a send says {@code REOPEN}.
 *   <li><b>A commit that timed out</b>: nothing but the same commit may be called (else {@code IllegalStateException}, as
 *       Kafka's client does); it then answers what is true by now.
 *   <li><b>An unavailable log</b> ({@link #setAvailable}): sends are kept and go out once it is back, polls find nothing,
 *       everything else says {@code TIMED_OUT}.
 * </ul>
 *
 * <p>{@code LogContract} holds this class and the real one to the same behaviour.
 */
public final class FakeLog implements Log {

    /** The calls that can be made to fail. */
    public enum Op {
        TOPIC_ID,
        ENDS,
        DELETE_BEFORE,
        SIZE,
        OFFSET_AT,
        END_FORGOTTEN,
        ABORT_FORGOTTEN,
        COMMITTED_OFFSET,
        POLL,
        INITIALIZE,
        BEGIN,
        /** Found out by the next call of the transaction, or by its commit. */
        SEND,
        SEND_OFFSET,
        COMMIT,
        ABORT
    }

    /** A failure to come: {@code applied} where the call has its effect nevertheless. */
    record Fault(Kind kind, boolean applied) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, List<FakePartition>> topics = new HashMap<>();
    private final Map<String, String> topicIds = new HashMap<>();
    private final Map<String, FakeCoordinator> coordinators = new HashMap<>();
    private final Map<OffsetKey, LogPosition> groupOffsets = new HashMap<>();
    private final Map<String, FakeGroup> members = new HashMap<>();
    private final Map<Op, Deque<Fault>> faults = new EnumMap<>(Op.class);
    private final Map<Op, Deque<Runnable>> interruptions = new EnumMap<>(Op.class);
    private final Map<Op, Long> calls = new EnumMap<>(Op.class);
    private boolean available = true;
    private int pollRecords = 500;
    private long segmentBytes = 64L << 20;
    private int topicsMade;

    // --- the stage: what a test sets up and looks at

    /** Makes a topic, or makes it anew: empty, with another id. */
    public FakeLog createTopic(String topic, int partitions) {
        return locked(() -> {
            topics.put(
                    topic,
                    IntStream.range(0, partitions)
                            .mapToObj(i -> new FakePartition(new LogPartition(topic, i)))
                            .toList());
            topicIds.put(topic, topic + "#" + ++topicsMade);
            return this;
        });
    }

    public void deleteTopic(String topic) {
        run(() -> {
            topics.remove(topic);
            topicIds.remove(topic);
        });
    }

    /** Makes the next call of {@code op} fail, without effect. Failures of one op queue up. */
    public void failNext(Op op, Kind kind) {
        failNext(op, kind, false);
    }

    /**
     * Makes the next call of {@code op} fail.
     *
     * @param applied whether the call has its effect all the same (its answer was lost); not where the kind says that a commit
     *     has none
     */
    public void failNext(Op op, Kind kind, boolean applied) {
        if (op == Op.COMMIT && kind == Kind.ABORTABLE && applied) {
            throw new IllegalArgumentException("what is committed cannot be aborted, and no broker says that it can");
        }
        run(() -> faults.computeIfAbsent(op, o -> new ArrayDeque<>()).add(new Fault(kind, applied)));
    }

    /** Forgets the failures to come, and is available. */
    public void heal() {
        run(() -> {
            faults.clear();
            available = true;
        });
    }

    /** Runs {@code action} just before the next call of {@code op} takes effect, on its thread and within the lock. */
    public void beforeNext(Op op, Runnable action) {
        run(() -> interruptions.computeIfAbsent(op, o -> new ArrayDeque<>()).add(action));
    }

    /** While false nobody reaches the log. Open transactions stay open. */
    public void setAvailable(boolean value) {
        run(() -> available = value);
    }

    /** Aborts the open transaction of an id, as the broker does when its time-out is over. */
    public void timeOutTransaction(String transactionalId) {
        run(() -> {
            FakeCoordinator coordinator = coordinator(transactionalId);
            FakeTransaction open = coordinator.takeOpen();
            if (open == null) {
                throw new IllegalStateException("no open transaction of " + transactionalId);
            }
            open.end(false, groupOffsets);
            coordinator.raiseEpoch();
        });
    }

    /** Loses everything from {@code end} on under a new leader: an unclean election, or a broker that lost power. */
    public void truncateBack(LogPartition partition, long end) {
        run(() -> find(partition).truncateBack(end));
    }

    /** Forgets the end of the partition's last transaction, as a broker that is killed may: it is open again, and stays so. */
    public void forgetEnd(LogPartition partition) {
        run(() -> find(partition).forgetEnd());
    }

    /** Forgets deletions, as a broker that lost power may: the partition begins at {@code start} again, if that is earlier. */
    public void forgetDeletions(LogPartition partition, long start) {
        run(() -> find(partition).forgetDeletions(start));
    }

    /** Elects a new leader that has everything: the leader epoch rises, nothing is lost. */
    public void newLeader(LogPartition partition) {
        run(() -> find(partition).newLeader());
    }

    /** Compacts what lies below {@code before} and is decided; with {@code dropTombstones} also the tombstones there. */
    public void compact(LogPartition partition, long before, boolean dropTombstones) {
        run(() -> find(partition).compact(before, dropTombstones));
    }

    /** Commits an offset for a group, as some other consumer would. */
    public void commitOffset(String group, LogPartition partition, long offset) {
        run(() -> groupOffsets.put(new OffsetKey(group, partition), LogPosition.of(offset)));
    }

    /** The member that joined a group last with this instance id. */
    public FakeGroup member(String instanceId) {
        return locked(() -> {
            FakeGroup member = members.get(instanceId);
            if (member == null) {
                throw new IllegalStateException(instanceId + " never joined a group");
            }
            return member;
        });
    }

    /** The most records that one poll returns; 500 at first. */
    public void setPollRecords(int records) {
        run(() -> pollRecords = records);
    }

    /** All committed records that a reader from the start would see now. */
    public List<LogRecord> committed(LogPartition partition) {
        return locked(() -> find(partition).committed(find(partition).start(), Integer.MAX_VALUE));
    }

    /** All records that were ever committed in a partition and not lost again, the deleted and the compacted ones included. */
    public List<LogRecord> history(LogPartition partition) {
        return locked(() -> find(partition).history());
    }

    /** Sets the size of whole segments, 64 MiB at first. The fake frees by the record all the same. */
    public void setSegmentBytes(long bytes) {
        run(() -> segmentBytes = bytes);
    }

    /** The ends of a partition, for the test itself: no call, and nothing that fails. */
    public LogEnds peekEnds(LogPartition partition) {
        return locked(() -> find(partition).ends());
    }

    /** How often {@code op} was called, failed calls included. */
    public long calls(Op op) {
        return locked(() -> calls.getOrDefault(op, 0L));
    }

    // --- the port

    @Override
    public String topicId(String topic) {
        return call(Op.TOPIC_ID, () -> {
            String id = topicIds.get(topic);
            if (id == null) {
                throw missing(topic);
            }
            return id;
        });
    }

    @Override
    public LogEnds ends(LogPartition partition) {
        return call(Op.ENDS, () -> find(partition).ends());
    }

    @Override
    public long deleteBefore(LogPartition partition, long offset) {
        return call(Op.DELETE_BEFORE, () -> {
            FakePartition found = find(partition);
            if (offset > found.end()) {
                throw new LogException(
                        Kind.OUT_OF_RANGE,
                        partition + ": cannot delete before " + offset + ", the log ends at " + found.end(),
                        null);
            }
            found.deleteBefore(offset);
            return found.start();
        });
    }

    @Override
    public LogSize size(LogPartition partition) {
        return call(Op.SIZE, () -> new LogSize(find(partition).bytes(), segmentBytes));
    }

    @Override
    public OptionalLong offsetAt(LogPartition partition, long timeMs) {
        return call(Op.OFFSET_AT, () -> find(partition).offsetAt(timeMs));
    }

    @Override
    public Forgotten endForgotten(String transactionalId, LogPartition partition) {
        return call(Op.END_FORGOTTEN, () -> {
            FakePartition found = find(partition);
            FakeTransaction decided = coordinator(transactionalId).decided();
            if (decided == null || !found.isOpen(decided)) {
                return Forgotten.NONE;
            }
            found.appendControl(decided);
            return decided.state() == FakeTransaction.State.COMMITTED ? Forgotten.COMMITTED : Forgotten.ABORTED;
        });
    }

    @Override
    public int abortForgotten(String transactionalId, LogPartition partition) {
        return call(Op.ABORT_FORGOTTEN, () -> {
            FakeCoordinator coordinator = coordinator(transactionalId);
            return coordinator.hasOpen() ? 0 : find(partition).abortOpen(coordinator::isFormer);
        });
    }

    @Override
    public OptionalLong committedOffset(String group, LogPartition partition) {
        return call(Op.COMMITTED_OFFSET, () -> {
            LogPosition position = groupOffsets.get(new OffsetKey(group, partition));
            return position == null ? OptionalLong.empty() : OptionalLong.of(position.offset());
        });
    }

    @Override
    public LogReader openReader(LogPartition partition, LogPosition from) {
        return new FakeReader(this, partition, from);
    }

    @Override
    public LogWriter openWriter(String transactionalId, Duration transactionTimeout) {
        return new FakeWriter(this, transactionalId);
    }

    /** The member is assigned nothing until the test says so: {@link #member}. */
    @Override
    public Group joinGroup(String group, String instanceId, String topic, GroupListener listener) {
        return locked(() -> {
            FakeGroup member = new FakeGroup(this, group, instanceId, topic, listener);
            FakeGroup former = members.put(instanceId, member);
            if (former != null && !former.isClosed()) {
                throw new IllegalStateException(instanceId + " is a member of " + former.group() + " already");
            }
            return member;
        });
    }

    @Override
    public void close() {}

    // --- for the readers and writers

    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    void run(Runnable action) {
        locked(() -> {
            action.run();
            return true;
        });
    }

    /** Waits until {@code done}, asked again after every change, or the time is over. The lock must be held. */
    void awaitUntil(BooleanSupplier done, long nanos) {
        long left = nanos;
        try {
            while (!done.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts a call and runs what is to happen before it. The lock must be held. */
    void enter(Op op) {
        calls.merge(op, 1L, Long::sum);
        Deque<Runnable> actions = interruptions.get(op);
        if (actions != null && !actions.isEmpty()) {
            actions.remove().run();
        }
    }

    /** The failure that is next for {@code op}, or null. The lock must be held. */
    @Nullable
    Fault takeFault(Op op) {
        Deque<Fault> queue = faults.get(op);
        if (queue != null && !queue.isEmpty()) {
            return queue.remove();
        }
        boolean offline = op == Op.POLL || op == Op.BEGIN || op == Op.SEND;
        return available || offline ? null : new Fault(Kind.TIMED_OUT, false);
    }

    boolean available() {
        return available;
    }

    int pollRecords() {
        return pollRecords;
    }

    FakePartition find(LogPartition partition) {
        List<FakePartition> partitions = topics.get(partition.topic());
        if (partitions == null || partition.partition() >= partitions.size()) {
            throw missing(partition.toString());
        }
        return partitions.get(partition.partition());
    }

    FakeCoordinator coordinator(String transactionalId) {
        return coordinators.computeIfAbsent(transactionalId, id -> new FakeCoordinator());
    }

    Map<OffsetKey, LogPosition> groupOffsets() {
        return groupOffsets;
    }

    static LogException scripted(Op op, Kind kind) {
        return new LogException(kind, "scripted: " + op + " is " + kind, null);
    }

    private <T> T call(Op op, Supplier<T> action) {
        return locked(() -> {
            enter(op);
            Fault fault = takeFault(op);
            if (fault != null && !fault.applied()) {
                throw scripted(op, fault.kind());
            }
            T result = action.get();
            if (fault != null) {
                throw scripted(op, fault.kind());
            }
            return result;
        });
    }

    private static LogException missing(String what) {
        return new LogException(Kind.MISSING, what + " does not exist", null);
    }
}
