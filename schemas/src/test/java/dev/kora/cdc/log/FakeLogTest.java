package dev.kora.cdc.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.schema.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The contract, and the faults that only the fake can have on demand. */
class FakeLogTest extends LogContract {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String ID = "writer";

    private final FakeLog log = new FakeLog();
    private int topics;

    @Override
    protected Log log() {
        return log;
    }

    @Override
    protected String createTopic() {
        String topic = "topic-" + topics++;
        log.createTopic(topic, 2);
        return topic;
    }

    @Override
    protected void recreate(String topic) {
        log.createTopic(topic, 2);
    }

    @Override
    protected void awaitTimeOut(String transactionalId, LogPartition partition) {
        log.timeOutTransaction(transactionalId);
    }

    @Override
    protected void forgetEnds(List<LogPartition> partitions) {
        partitions.forEach(log::forgetEnd);
    }

    @Override
    protected Held join(String group, String instanceId, String topic, Set<LogPartition> partitions) {
        Held held = new Held();
        log.joinGroup(group, instanceId, topic, held);
        log.member(instanceId)
                .assign(partitions.stream().mapToInt(LogPartition::partition).toArray());
        return held;
    }

    @Override
    protected Held rebalance(Held first, String group, String instanceId, String topic) {
        log.member("member-1").revoke(1);
        return join(group, instanceId, topic, Set.of(new LogPartition(topic, 1)));
    }

    @Test
    void aMemberThatTheGroupGaveUpIsTurnedAwayAndThenTold() {
        LogPartition partition = partition();
        Held held = join("group", "member-1", partition.topic(), Set.of(partition));
        GroupMembership membership = held.of(partition);
        log.member("member-1").expire();
        LogWriter writer = open(ID, LONG);
        writer.begin();
        assertThrowsKind(Kind.ABORTABLE, () -> writer.sendOffset(membership, partition, LogPosition.of(1)));
        assertThrowsKind(Kind.ABORTABLE, writer::commit);
        writer.abort();
        log.member("member-1").lose(0);
        assertEquals(Map.of(), held.all());
        writer.begin();
        assertThrowsKind(Kind.FENCED, () -> writer.sendOffset(membership, partition, LogPosition.of(1)));
    }

    @Test
    void aGroupThatFailsLosesWhatItHeldAndCanBeJoinedAgain() {
        String topic = createTopic();
        LogPartition partition = new LogPartition(topic, 0);
        Held held = join("group", "member-1", topic, Set.of(partition));
        log.member("member-1").fail(Kind.FENCED);
        assertEquals(Map.of(), held.all());
        assertEquals(
                List.of(Kind.FENCED),
                held.failures().stream().map(LogException::kind).toList());
        assertEquals(
                Set.of(partition),
                join("group", "member-1", topic, Set.of(partition)).all().keySet());
    }

    @Test
    void closingAGroupGivesItsPartitionsBack() {
        String topic = createTopic();
        Held held = new Held();
        Group group = log.joinGroup("group", "member-1", topic, held);
        log.member("member-1").assign(0, 1);
        assertEquals(Set.of(0, 1), log.member("member-1").held());
        group.close();
        group.close();
        assertEquals(Map.of(), held.all());
        assertEquals(Set.of(), log.member("member-1").held());
    }

    @Test
    void aCommitWhoseAnswerWasLostIsDoneAndSaysSoWhenCalledAgain() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        log.failNext(Op.COMMIT, Kind.TIMED_OUT, true);
        assertThrowsKind(Kind.TIMED_OUT, writer::commit);
        assertEquals(List.of("0:a"), offsetsAndValues(partition));
        assertThrows(IllegalStateException.class, writer::abort);
        assertThrows(IllegalStateException.class, writer::begin);
        writer.commit();
        commit(writer, partition, "b");
        assertEquals(List.of("0:a", "2:b"), offsetsAndValues(partition));
    }

    @Test
    void aCommitThatNeverArrivedIsDoneByTheSecond() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        log.failNext(Op.COMMIT, Kind.TIMED_OUT, false);
        assertThrowsKind(Kind.TIMED_OUT, writer::commit);
        assertEquals(List.of(), offsetsAndValues(partition));
        writer.commit();
        assertEquals(List.of("0:a"), offsetsAndValues(partition));
    }

    @Test
    void aCommitThatNeverArrivedAndASuccessorMakeTheSecondFenced() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        log.failNext(Op.COMMIT, Kind.TIMED_OUT, false);
        assertThrowsKind(Kind.TIMED_OUT, writer::commit);
        open(ID, LONG);
        assertThrowsKind(Kind.FENCED, writer::commit);
        assertEquals(List.of(), offsetsAndValues(partition));
    }

    @Test
    void anAbortableCommitLeavesNothingAndTheAbortClearsIt() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        log.failNext(Op.COMMIT, Kind.ABORTABLE);
        assertThrowsKind(Kind.ABORTABLE, writer::commit);
        writer.abort();
        commit(writer, partition, "b");
        assertEquals(List.of("2:b"), offsetsAndValues(partition));
    }

    @Test
    void aWriterToBeReopenedIsOfNoMoreUseAndItsTransactionStaysOpenUntilTheNextOne() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        log.failNext(Op.COMMIT, Kind.REOPEN);
        assertThrowsKind(Kind.REOPEN, writer::commit);
        assertThrowsKind(Kind.REOPEN, writer::abort);
        assertThrowsKind(Kind.REOPEN, writer::begin);
        assertEquals(new LogEnds(0, 0, 1), log.ends(partition));
        open(ID, LONG);
        assertEquals(new LogEnds(0, 2, 2), log.ends(partition));
    }

    @Test
    void aFailedSendIsReportedByTheNextCall() {
        LogPartition partition = partition();
        LogWriter writer = open(ID, LONG);
        writer.begin();
        log.failNext(Op.SEND, Kind.REFUSED);
        writer.send(partition, record("a"));
        assertThrowsKind(Kind.REFUSED, () -> writer.send(partition, record("b")));
        assertThrowsKind(Kind.REFUSED, writer::commit);
        writer.abort();
        commit(writer, partition, "c");
        assertEquals(List.of("c"), values(partition));
    }

    @Test
    void anInitializeThatTimedOutIsCalledAgain() {
        LogWriter writer = log.openWriter(ID, LONG);
        log.failNext(Op.INITIALIZE, Kind.TIMED_OUT);
        assertThrowsKind(Kind.TIMED_OUT, writer::initialize);
        writer.initialize();
        commit(writer, partition(), "a");
    }

    @Test
    void anUnavailableLogKeepsSendsAndTimesOutTheRest() {
        LogPartition partition = partition();
        LogWriter writer = open(ID, LONG);
        log.setAvailable(false);
        writer.begin();
        writer.send(partition, record("a"));
        assertThrowsKind(Kind.TIMED_OUT, writer::commit);
        assertThrowsKind(Kind.TIMED_OUT, () -> log.ends(partition));
        LogReader reader = log.openReader(partition, LogPosition.of(0));
        assertEquals(List.of(), reader.poll(Duration.ZERO));
        log.setAvailable(true);
        writer.commit();
        assertEquals(List.of("0:a"), show(reader.poll(Duration.ZERO)));
    }

    @Test
    void aLogThatWentBackIsNoticedByAReaderThatKnowsItsEpoch() {
        LogPartition partition = partition();
        LogWriter writer = open(ID, LONG);
        commit(writer, partition, "a");
        commit(writer, partition, "b");
        LogReader reader = log.openReader(partition, LogPosition.of(0));
        readUntilCaughtUp(reader);
        LogPosition behind = reader.position();
        log.truncateBack(partition, 2);
        LogWriter other = open(ID, LONG);
        commit(other, partition, "c");
        commit(other, partition, "d");
        assertThrowsKind(Kind.WENT_BACK, () -> reader.poll(Duration.ZERO));
        assertPollThrows(Kind.WENT_BACK, partition, behind);
        assertEquals(List.of("0:a", "2:c", "4:d"), offsetsAndValues(partition));
        assertEquals(
                List.of(0, 1, 1),
                readAll(partition).stream().map(LogRecord::leaderEpoch).toList());
    }

    @Test
    void aNewLeaderAloneIsNoReasonToStop() {
        LogPartition partition = partition();
        LogWriter writer = open(ID, LONG);
        commit(writer, partition, "a");
        LogReader reader = log.openReader(partition, LogPosition.of(0));
        readUntilCaughtUp(reader);
        log.newLeader(partition);
        commit(writer, partition, "b");
        assertEquals(List.of("2:b"), show(poll(reader)));
    }

    @Test
    void aPositionBehindAnAbortUnderANewLeaderIsNotTakenForALogThatWentBack() {
        LogPartition partition = partition();
        LogWriter writer = open(ID, LONG);
        commit(writer, partition, "a");
        LogReader reader = log.openReader(partition, LogPosition.of(0));
        readUntilCaughtUp(reader);
        log.newLeader(partition);
        abort(writer, partition, "x");
        assertEquals(List.of(), reader.poll(Duration.ZERO));
        assertEquals(new LogPosition(4, 1), reader.position());
        try (LogReader again = log.openReader(partition, reader.position())) {
            assertEquals(List.of(), again.poll(Duration.ZERO));
            assertTrue(again.caughtUp());
        }
    }

    @Test
    void aTopicMadeAnewHasAnotherId() {
        String topic = createTopic();
        String first = log.topicId(topic);
        log.createTopic(topic, 2);
        assertNotEquals(first, log.topicId(topic));
        log.deleteTopic(topic);
        assertThrowsKind(Kind.MISSING, () -> log.topicId(topic));
    }

    @Test
    void compactionKeepsTheNewestOfAKeyAndDropsTombstonesWhenTold() {
        LogPartition partition = partition();
        LogWriter writer = open(ID, LONG);
        writer.begin();
        for (String entry : List.of("a1", "b1", "a2", "c1")) {
            writer.send(partition, keyed(entry.substring(0, 1), Bytes.utf8(entry)));
        }
        writer.send(partition, LogRecord.of(0, Bytes.utf8("b"), null, Map.of()));
        writer.commit();
        abort(writer, partition, "aborted");
        log.compact(partition, 4, false);
        assertEquals(List.of("1:b1", "2:a2", "3:c1", "4:null"), offsetsAndValues(partition));
        log.compact(partition, Long.MAX_VALUE, false);
        assertEquals(List.of("2:a2", "3:c1", "4:null"), offsetsAndValues(partition));
        log.compact(partition, Long.MAX_VALUE, true);
        assertEquals(List.of("2:a2", "3:c1"), offsetsAndValues(partition));
        assertEquals(new LogEnds(0, 8, 8), log.ends(partition));
    }

    @Test
    void aPollWaitsForTheCommit() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        LogReader reader = log.openReader(partition, LogPosition.of(0));
        CompletableFuture<List<LogRecord>> poll = CompletableFuture.supplyAsync(() -> reader.poll(LONG));
        writer.commit();
        assertEquals(List.of("0:a"), show(poll.join()));
    }

    @Test
    void somethingCanHappenJustBeforeACall() {
        LogPartition partition = partition();
        LogWriter writer = begun(partition, "a");
        log.beforeNext(Op.COMMIT, () -> open(ID, LONG));
        assertThrowsKind(Kind.FENCED, writer::commit);
        assertEquals(1, log.calls(Op.COMMIT));
    }

    private LogWriter begun(LogPartition partition, String value) {
        LogWriter writer = open(ID, LONG);
        writer.begin();
        writer.send(partition, record(value));
        return writer;
    }

    private static LogRecord keyed(String key, Bytes value) {
        return LogRecord.of(0, Bytes.utf8(key), value, Map.of());
    }
}
