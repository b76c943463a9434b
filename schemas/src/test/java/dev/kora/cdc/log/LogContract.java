package dev.kora.cdc.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.schema.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * What every {@link Log} does: the fake one and Kafka's run the same cases, so that a test against the fake says something
 * about Kafka. The cases come from experiments with Kafka 4.3.1.
 */
@Timeout(120)
public abstract class LogContract {
    /** The shortest time that a transaction may take in {@link #log()}; {@link #awaitTimeOut} waits for it. */
    protected static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofSeconds(10);

    /** A fresh topic of two partitions. */
    protected abstract String createTopic();

    protected abstract Log log();

    /** Deletes a topic and creates it anew, with two partitions. */
    protected abstract void recreate(String topic);

    /** Returns when the open transaction of the id, begun with {@link #SHORT}, was aborted by the broker. */
    protected abstract void awaitTimeOut(String transactionalId, LogPartition partition);

    /** Loses the last control record of each partition, as a broker does that is killed at the wrong moment. */
    protected abstract void forgetEnds(List<LogPartition> partitions);

    private final String id = "writer-" + UUID.randomUUID();

    @Test
    void aRecordIsReadAsItWasWritten() {
        LogPartition partition = partition();
        LogRecord full = LogRecord.of(
                1_700_000_000_123L, bytes("key"), bytes("value"), Map.of("a", bytes("1"), "b", Bytes.EMPTY));
        LogRecord bare = LogRecord.of(1_700_000_000_124L, null, null, Map.of());
        try (LogWriter writer = open(id, LONG)) {
            writer.begin();
            writer.send(partition, full);
            writer.send(partition, bare);
            writer.commit();
        }
        List<LogRecord> read = readAll(partition);
        assertEquals(2, read.size());
        for (int i = 0; i < 2; i++) {
            LogRecord wanted = i == 0 ? full : bare;
            LogRecord found = read.get(i);
            assertEquals(i, found.offset());
            assertTrue(found.leaderEpoch() >= 0, "leader epoch " + found.leaderEpoch());
            assertEquals(wanted, LogRecord.of(found.timestampMs(), found.key(), found.value(), found.headers()));
        }
    }

    @Test
    void recordsOfAPartitionComeInOrderAndItsCommitsTakeOffsets() {
        LogPartition partition = partition();
        LogPartition other = new LogPartition(partition.topic(), 1);
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b");
            commit(writer, other, "elsewhere");
            commit(writer, partition, "c");
        }
        assertEquals(List.of("0:a", "1:b", "3:c"), offsetsAndValues(partition));
        assertEquals(new LogEnds(0, 5, 5), log().ends(partition));
        assertEquals(new LogEnds(0, 2, 2), log().ends(other));
    }

    @Test
    void thePositionPassesOverControlRecordsAndAbortedData() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a");
            abort(writer, partition, "x", "y");
            try (LogReader reader = log().openReader(partition, LogPosition.of(0))) {
                List<LogRecord> read = readUntilCaughtUp(reader);
                assertEquals(List.of("0:a"), show(read));
                assertEquals(5, reader.position().offset());
                assertEquals(read.getFirst().leaderEpoch(), reader.position().leaderEpoch());
                commit(writer, partition, "b");
                assertEquals(List.of("5:b"), show(poll(reader)));
            }
        }
    }

    @Test
    void aReaderGoesOnWhereItsPositionSays() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b", "c");
        }
        LogPosition position;
        try (LogReader reader = log().openReader(partition, LogPosition.of(1))) {
            assertEquals(List.of("1:b", "2:c"), show(readUntilCaughtUp(reader)));
            position = reader.position();
        }
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "d");
        }
        try (LogReader reader = log().openReader(partition, position)) {
            assertEquals(position, reader.position());
            assertFalse(reader.caughtUp(), "nothing was polled yet");
            assertEquals(List.of("4:d"), show(readUntilCaughtUp(reader)));
        }
    }

    @Test
    void anOpenTransactionHoldsBackEverythingBehindIt() {
        LogPartition partition = partition();
        try (LogWriter slow = open(id + "-slow", LONG);
                LogWriter fast = open(id + "-fast", LONG)) {
            slow.begin();
            slow.send(partition, record("slow"));
            awaitWritten(partition, 1);
            commit(fast, partition, "fast");
            LogEnds ends = log().ends(partition);
            assertEquals(0, ends.lastStable());
            assertEquals(3, ends.highWatermark());
            try (LogReader reader = log().openReader(partition, LogPosition.of(0))) {
                assertEquals(List.of(), readUntilCaughtUp(reader));
                assertEquals(0, reader.position().offset());
                slow.commit();
                assertEquals(List.of("0:slow", "1:fast"), show(readUntilCaughtUp(reader)));
            }
        }
    }

    @Test
    void aCommitSaysWhereItsRecordsEnd() {
        LogPartition partition = partition();
        LogPartition other = new LogPartition(partition.topic(), 1);
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b");
            assertEquals(2, writer.offsetNext(partition));
            assertThrows(IllegalStateException.class, () -> writer.offsetNext(other));
            commit(writer, partition, "c");
            assertEquals(4, writer.offsetNext(partition));
            commit(writer, other, "d");
            assertEquals(1, writer.offsetNext(other));
            assertThrows(IllegalStateException.class, () -> writer.offsetNext(partition));
        }
    }

    @Test
    void aCommitTellsThatTheLogNoLongerHoldsAnEarlierOne() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b");
            recreate(partition.topic());
            writer.begin();
            writer.send(partition, record("c"));
            assertThrowsKind(Kind.WENT_BACK, writer::commit);
            assertThrowsKind(Kind.WENT_BACK, writer::begin);
        }
        assertEquals(List.of("0:c"), offsetsAndValues(partition));
    }

    @Test
    void aTransactionWithoutRecordsLeavesNoTrace() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            writer.begin();
            writer.commit();
            writer.begin();
            writer.abort();
        }
        assertEquals(new LogEnds(0, 0, 0), log().ends(partition));
    }

    @Test
    void initializeEndsTheFormerHoldersTransactionAndItsCommitIsFenced() {
        LogPartition partition = partition();
        try (LogWriter old = open(id, LONG)) {
            old.begin();
            old.send(partition, record("old"));
            awaitWritten(partition, 1);
            try (LogWriter fresh = open(id, LONG)) {
                awaitDecided(partition);
                assertThrowsKind(Kind.FENCED, old::commit);
                assertThrowsKind(Kind.FENCED, old::abort);
                assertThrowsKind(Kind.FENCED, old::begin);
                commit(fresh, partition, "fresh");
            }
        }
        assertEquals(List.of("2:fresh"), offsetsAndValues(partition));
    }

    @Test
    void aFencedWriterThatSendsLearnsItFromItsAbort() {
        LogPartition partition = partition();
        try (LogWriter old = open(id, LONG)) {
            commit(old, partition, "a");
            try (LogWriter fresh = open(id, LONG)) {
                commit(fresh, partition, "b");
                old.begin();
                old.send(partition, record("old"));
                assertThrowsKind(Kind.ABORTABLE, old::commit);
                assertThrowsKind(Kind.FENCED, old::abort);
                commit(fresh, partition, "c");
            }
        }
        assertEquals(List.of("0:a", "2:b", "4:c"), offsetsAndValues(partition));
    }

    @Test
    void theCommitOfATransactionThatTimedOutAsksForANewWriter() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, SHORT)) {
            writer.begin();
            writer.send(partition, record("late"));
            awaitWritten(partition, 1);
            awaitTimeOut(id, partition);
            assertThrowsKind(Kind.REOPEN, writer::commit);
            assertThrowsKind(Kind.REOPEN, writer::abort);
        }
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "again");
        }
        assertEquals(List.of("again"), values(partition));
    }

    @Test
    void aSendAfterTheTimeOutIsAbortableAndTheWriterGoesOn() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, SHORT)) {
            writer.begin();
            writer.send(partition, record("late"));
            awaitWritten(partition, 1);
            awaitTimeOut(id, partition);
            writer.send(partition, record("later"));
            assertThrowsKind(Kind.ABORTABLE, writer::commit);
            writer.abort();
            commit(writer, partition, "again");
        }
        assertEquals(List.of("again"), values(partition));
    }

    @Test
    void theAbortOfATransactionThatTimedOutWorksAndTheWriterGoesOn() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, SHORT)) {
            writer.begin();
            writer.send(partition, record("late"));
            awaitWritten(partition, 1);
            awaitTimeOut(id, partition);
            writer.abort();
            commit(writer, partition, "again");
        }
        assertEquals(List.of("again"), values(partition));
    }

    @Test
    void whatTheBrokerForgotEndsAsItWasDecided() {
        LogPartition committed = partition();
        LogPartition aborted = new LogPartition(committed.topic(), 1);
        try (LogWriter first = open(id, LONG);
                LogWriter second = open(id + "-2", LONG)) {
            commit(first, committed, "a");
            commit(first, committed, "b");
            commit(second, aborted, "c");
            abort(second, aborted, "d");
        }
        assertEquals(Forgotten.NONE, log().endForgotten(id, committed));
        forgetEnds(List.of(committed, aborted));
        assertEquals(new LogEnds(0, 2, 3), log().ends(committed));
        assertEquals(Forgotten.NONE, log().endForgotten(id + "-2", committed), "it is another's");
        assertEquals(Forgotten.NONE, log().endForgotten("nobody-" + id, committed));

        assertEquals(Forgotten.COMMITTED, log().endForgotten(id, committed));
        assertEquals(Forgotten.ABORTED, log().endForgotten(id + "-2", aborted));

        assertEquals(List.of("0:a", "2:b"), offsetsAndValues(committed));
        assertEquals(List.of("0:c"), offsetsAndValues(aborted));
        assertEquals(Forgotten.NONE, log().endForgotten(id, committed));
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, committed, "e");
        }
        assertEquals(List.of("0:a", "2:b", "4:e"), offsetsAndValues(committed));
    }

    @Test
    void afterAnInitialisationNobodyKnowsHowItWasToEnd() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a");
            commit(writer, partition, "b");
        }
        forgetEnds(List.of(partition));
        try (LogWriter writer = open(id, LONG)) {
            assertEquals(Forgotten.NONE, log().endForgotten(id, partition));
            assertEquals(new LogEnds(0, 2, 3), log().ends(partition));
            assertEquals(1, log().abortForgotten(id, partition));
            assertEquals(List.of("0:a"), offsetsAndValues(partition));
            commit(writer, partition, "c");
        }
        assertEquals(List.of("0:a", "4:c"), offsetsAndValues(partition));
    }

    /** Why what a living writer has aborted calls for a look at what it had committed before. */
    @Test
    void whatTheBrokerForgotEndsWithTheNextTransactionOfALivingWriter() {
        LogPartition committing = partition();
        LogPartition aborting = new LogPartition(committing.topic(), 1);
        try (LogWriter first = open(id, LONG);
                LogWriter second = open(id + "-2", LONG)) {
            commit(first, committing, "a");
            commit(first, committing, "b");
            commit(second, aborting, "c");
            commit(second, aborting, "acknowledged and lost");
            forgetEnds(List.of(committing, aborting));
            commit(first, committing, "d");
            abort(second, aborting, "e");
            commit(second, aborting, "f");
        }
        assertEquals(List.of("a", "b", "d"), values(committing));
        assertEquals(List.of("c", "f"), values(aborting));
    }

    @Test
    void whatIsUnderWayIsNotForgotten() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a");
            writer.begin();
            writer.send(partition, record("b"));
            awaitWritten(partition, 3);
            assertEquals(Forgotten.NONE, log().endForgotten(id, partition));
            assertEquals(0, log().abortForgotten(id, partition));
            writer.commit();
        }
        assertEquals(List.of("0:a", "2:b"), offsetsAndValues(partition));
    }

    @Test
    void deletedRecordsAreOutOfRange() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b");
            commit(writer, partition, "c");
        }
        assertEquals(2, log().deleteBefore(partition, 2));
        assertEquals(new LogEnds(2, 5, 5), log().ends(partition));
        assertEquals(2, log().deleteBefore(partition, 1));
        assertEquals(List.of("3:c"), offsetsAndValues(partition));
        assertThrowsKind(Kind.OUT_OF_RANGE, () -> log().deleteBefore(partition, 6));
        assertPollThrows(Kind.OUT_OF_RANGE, partition, LogPosition.of(1));
        assertPollThrows(Kind.OUT_OF_RANGE, partition, LogPosition.of(6));
    }

    @Test
    void aPartitionTakesMoreRoomWithEachRecord() {
        LogPartition partition = partition();
        LogSize empty = log().size(partition);
        assertTrue(empty.segmentBytes() > 0, empty::toString);
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b");
            LogSize little = log().size(partition);
            assertTrue(little.bytes() > empty.bytes(), () -> little + " after " + empty);
            assertEquals(empty.segmentBytes(), little.segmentBytes());
            commit(writer, partition, "c");
            LogSize more = log().size(partition);
            assertTrue(more.bytes() > little.bytes(), () -> more + " after " + little);
        }
        assertThrowsKind(Kind.MISSING, () -> log().size(new LogPartition("no-such-topic", 0)));
    }

    @Test
    void theOffsetAtATimeIsThatOfTheFirstRecordWhichIsNotOlder() {
        LogPartition partition = partition();
        long ahead = System.currentTimeMillis() + 60_000; // so that no control record is as young
        long[] times = {ahead, ahead + 1_000, ahead + 2_000};
        try (LogWriter writer = open(id, LONG)) {
            for (long time : times) {
                writer.begin();
                writer.send(partition, LogRecord.of(time, bytes("k"), bytes("v"), Map.of()));
                writer.commit();
                awaitWritten(partition, writer.offsetNext(partition) + 1);
            }
        }
        assertEquals(OptionalLong.of(0), log().offsetAt(partition, 0));
        assertEquals(OptionalLong.of(0), log().offsetAt(partition, times[0]));
        assertEquals(OptionalLong.of(2), log().offsetAt(partition, times[0] + 1));
        assertEquals(OptionalLong.of(4), log().offsetAt(partition, times[2]));
        log().deleteBefore(partition, 4);
        assertEquals(OptionalLong.of(4), log().offsetAt(partition, times[0]));
    }

    @Test
    void nothingIsAsYoungAsThat() {
        LogPartition partition = partition();
        assertEquals(OptionalLong.empty(), log().offsetAt(partition, 0));
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a");
        }
        assertEquals(OptionalLong.empty(), log().offsetAt(partition, System.currentTimeMillis() + 60_000));
    }

    @Test
    void aPositionAheadOfItsEpochsEndMeansThatTheLogWentBack() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            commit(writer, partition, "a", "b");
        }
        int epoch = readAll(partition).getLast().leaderEpoch();
        assertPollThrows(Kind.WENT_BACK, partition, new LogPosition(7, epoch));
    }

    @Test
    void aTopicKeepsItsIdAndAMissingOneIsMissing() {
        String topic = createTopic();
        assertEquals(log().topicId(topic), log().topicId(topic));
        assertFalse(log().topicId(topic).equals(log().topicId(createTopic())));
        assertThrowsKind(Kind.MISSING, () -> log().topicId("no-such-topic"));
        assertThrowsKind(Kind.MISSING, () -> log().ends(new LogPartition("no-such-topic", 0)));
    }

    @Test
    void aGroupThatNeverCommittedHasNoOffset() {
        assertEquals(OptionalLong.empty(), log().committedOffset("never-" + UUID.randomUUID(), partition()));
    }

    @Test
    void theGroupsOffsetIsPartOfTheTransaction() {
        LogPartition partition = partition();
        LogPartition other = new LogPartition(partition.topic(), 1);
        String group = "group-" + UUID.randomUUID();
        Held held = join(group, "member-1", partition.topic(), Set.of(partition, other));
        try (LogWriter writer = open(id, LONG)) {
            writer.begin();
            writer.send(other, record("row"));
            writer.sendOffset(held.of(partition), partition, new LogPosition(7, 0));
            awaitWritten(other, 1);
            assertEquals(OptionalLong.empty(), log().committedOffset(group, partition));
            writer.commit();
            await(() -> log().committedOffset(group, partition).equals(OptionalLong.of(7)));
            writer.begin();
            writer.sendOffset(held.of(other), other, LogPosition.of(3));
            writer.abort();
            writer.begin();
            writer.sendOffset(held.of(partition), partition, LogPosition.of(9));
            writer.commit();
            await(() -> log().committedOffset(group, partition).equals(OptionalLong.of(9)));
            assertEquals(OptionalLong.empty(), log().committedOffset(group, other));
        }
    }

    /** Kafka cannot tell it from a successor's doing: the group's coordinator knows of a newer epoch only. */
    @Test
    void anOffsetAfterTheTimeOutIsTakenForAFencedOne() {
        LogPartition partition = partition();
        String group = "group-" + UUID.randomUUID();
        Held held =
                join(group, "member-1", partition.topic(), Set.of(partition, new LogPartition(partition.topic(), 1)));
        try (LogWriter writer = open(id, SHORT)) {
            writer.begin();
            writer.send(partition, record("late"));
            awaitWritten(partition, 1);
            awaitTimeOut(id, partition);
            assertThrowsKind(Kind.FENCED, () -> writer.sendOffset(held.of(partition), partition, LogPosition.of(1)));
            assertThrowsKind(Kind.FENCED, writer::abort);
        }
        assertEquals(List.of(), values(partition));
        assertEquals(OptionalLong.empty(), log().committedOffset(group, partition));
    }

    @Test
    void aPartitionIsGivenBackWithALastCommitAndThenItsMembershipIsVoid() {
        LogPartition partition = partition();
        LogPartition other = new LogPartition(partition.topic(), 1);
        String group = "group-" + UUID.randomUUID();
        try (LogWriter writer = open(id, LONG)) {
            Held first = join(group, "member-1", partition.topic(), Set.of(partition, other));
            first.onRevoked(gone -> {
                writer.begin();
                LogPartition one = gone.iterator().next();
                writer.sendOffset(first.of(one), one, LogPosition.of(5));
                writer.commit();
            });
            GroupMembership before = first.of(partition);
            Held second = rebalance(first, group, "member-2", partition.topic());
            LogPartition moved = second.all().keySet().iterator().next();
            LogPartition kept = moved.equals(partition) ? other : partition;
            assertEquals(Set.of(kept), first.all().keySet());
            await(() -> log().committedOffset(group, moved).equals(OptionalLong.of(5)));

            writer.begin();
            assertThrowsKind(Kind.FENCED, () -> writer.sendOffset(before, moved, LogPosition.of(6)));
            writer.abort();
            // The rebalance left this one with its member: the membership of before goes on being right.
            writer.begin();
            writer.sendOffset(before, kept, LogPosition.of(8));
            writer.sendOffset(second.of(moved), moved, LogPosition.of(9));
            writer.commit();
            await(() -> log().committedOffset(group, kept).equals(OptionalLong.of(8)));
            await(() -> log().committedOffset(group, moved).equals(OptionalLong.of(9)));
        }
    }

    @Test
    void wakeupEndsAPollOfAnotherThread() {
        try (LogReader reader = log().openReader(partition(), LogPosition.of(0))) {
            CompletableFuture<List<LogRecord>> poll = CompletableFuture.supplyAsync(() -> reader.poll(LONG));
            reader.wakeup();
            assertEquals(List.of(), poll.join());
            assertEquals(0, reader.position().offset());
        }
    }

    @Test
    void callsOutOfOrderAreBugs() {
        LogPartition partition = partition();
        try (LogWriter writer = open(id, LONG)) {
            assertThrows(IllegalStateException.class, () -> writer.send(partition, record("a")));
            assertThrows(IllegalStateException.class, writer::commit);
            writer.begin();
            assertThrows(IllegalStateException.class, writer::begin);
            writer.send(partition, record("a"));
            writer.commit();
        }
        assertEquals(List.of("0:a"), offsetsAndValues(partition));
    }

    /** Joins a group and returns when the partitions are held. */
    protected abstract Held join(String group, String instanceId, String topic, Set<LogPartition> partitions);

    /** Joins as a second member of the same group, and returns when each of the two holds one of the two partitions. */
    protected abstract Held rebalance(Held first, String group, String instanceId, String topic);

    // --- what cases are made of; subclasses use it too

    /** A listener that keeps what it is told. Thread-safe. */
    protected static final class Held implements GroupListener {
        private final Map<LogPartition, GroupMembership> held = new ConcurrentHashMap<>();
        private final List<LogException> failures = new CopyOnWriteArrayList<>();
        private volatile Consumer<Set<LogPartition>> revoked = gone -> {};

        public Held() {}

        @Override
        public void assigned(Set<LogPartition> partitions, GroupMembership membership) {
            partitions.forEach(p -> held.put(p, membership));
        }

        @Override
        public void revoked(Set<LogPartition> partitions) {
            revoked.accept(partitions);
            held.keySet().removeAll(partitions);
        }

        @Override
        public void lost(Set<LogPartition> partitions) {
            held.keySet().removeAll(partitions);
        }

        @Override
        public void failed(LogException e) {
            failures.add(e);
        }

        /** What happens within the next revocations. */
        public void onRevoked(Consumer<Set<LogPartition>> action) {
            revoked = action;
        }

        public Map<LogPartition, GroupMembership> all() {
            return Map.copyOf(held);
        }

        public GroupMembership of(LogPartition partition) {
            return Objects.requireNonNull(held.get(partition), () -> partition + " is not held");
        }

        public List<LogException> failures() {
            return failures;
        }
    }

    protected final LogPartition partition() {
        return new LogPartition(createTopic(), 0);
    }

    protected final LogWriter open(String transactionalId, Duration timeout) {
        LogWriter writer = log().openWriter(transactionalId, timeout);
        writer.initialize();
        return writer;
    }

    /** Commits, and returns when the control record is written as well: Kafka answers a commit as soon as it is decided. */
    protected final void commit(LogWriter writer, LogPartition partition, String... values) {
        writer.begin();
        for (String value : values) {
            writer.send(partition, record(value));
        }
        writer.commit();
        awaitWritten(partition, writer.offsetNext(partition) + 1);
    }

    /** Aborts only after the records were written, so that they take offsets. */
    protected final void abort(LogWriter writer, LogPartition partition, String... values) {
        long before = log().ends(partition).highWatermark();
        writer.begin();
        for (String value : values) {
            writer.send(partition, record(value));
        }
        awaitWritten(partition, before + values.length);
        writer.abort();
        awaitDecided(partition);
    }

    protected static LogRecord record(String value) {
        return LogRecord.of(1_700_000_000_000L, bytes("k"), bytes(value), Map.of());
    }

    protected final void awaitWritten(LogPartition partition, long highWatermark) {
        await(() -> log().ends(partition).highWatermark() >= highWatermark);
    }

    protected final void awaitDecided(LogPartition partition) {
        await(() -> {
            LogEnds ends = log().ends(partition);
            return ends.lastStable() == ends.highWatermark();
        });
    }

    protected static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    protected final List<LogRecord> readAll(LogPartition partition) {
        long start = log().ends(partition).start();
        try (LogReader reader = log().openReader(partition, LogPosition.of(start))) {
            return readUntilCaughtUp(reader);
        }
    }

    protected static List<LogRecord> readUntilCaughtUp(LogReader reader) {
        List<LogRecord> records = new ArrayList<>();
        do {
            records.addAll(reader.poll(Duration.ofMillis(100)));
        } while (!reader.caughtUp());
        return records;
    }

    protected static List<LogRecord> poll(LogReader reader) {
        long end = System.nanoTime() + POLL.toNanos();
        List<LogRecord> records;
        do {
            records = reader.poll(Duration.ofMillis(100));
        } while (records.isEmpty() && System.nanoTime() < end);
        return records;
    }

    protected final List<String> offsetsAndValues(LogPartition partition) {
        return show(readAll(partition));
    }

    protected final List<String> values(LogPartition partition) {
        return readAll(partition).stream().map(r -> String.valueOf(r.value())).toList();
    }

    protected static List<String> show(List<LogRecord> records) {
        return records.stream().map(r -> r.offset() + ":" + r.value()).toList();
    }

    protected static void assertThrowsKind(Kind kind, Executable call) {
        LogException e = assertThrows(LogException.class, call);
        assertEquals(kind, e.kind(), e::toString);
    }

    protected final void assertPollThrows(Kind kind, LogPartition partition, LogPosition from) {
        try (LogReader reader = log().openReader(partition, from)) {
            assertThrowsKind(kind, () -> poll(reader));
        }
    }

    private static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }
}
