package dev.kora.cdc.consumer.materializer;

import static dev.kora.cdc.consumer.materializer.MaterializerRig.GROUP;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.SNAPSHOT;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.START_MS;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.TRANSACTIONAL_ID;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.WAL;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.push;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.materializer.ShardLoop.Phase;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an owner does when something fails: one test for each row of what it must withstand. Invariants I7, I8 and I10 of
 * docs/architecture.md.
 */
final class ShardLoopFailureTest {
    private final MaterializerRig rig = new MaterializerRig();

    // --- commits

    @Test
    void theStoreIsNeverAheadOfTheLog() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.append(set("a", "2"));
        var before = rig.store.position();
        rig.log.beforeNext(Op.COMMIT, () -> assertEquals(before, rig.store.position()));
        rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, true);

        owner.until(Phase.COMMITTING);
        assertEquals(before, rig.store.position(), "as long as nobody has said that the commit is there");

        owner.settle();
        StateChecker.check(rig);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aCommitWithoutAnAnswerIsMadeAgainOnTheSameWriter(boolean applied) {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        long initialized = rig.log.calls(Op.INITIALIZE);
        for (int i = 0; i < 3; i++) {
            rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, applied);
        }

        owner.settle();

        StateChecker.check(rig);
        assertEquals(initialized, rig.log.calls(Op.INITIALIZE));
        assertEquals(2, rig.checkpoints().size());
        assertEquals(0, rig.log.calls(Op.ABORT));
    }

    @ParameterizedTest
    @EnumSource(
            value = Op.class,
            names = {"SEND", "SEND_OFFSET", "COMMIT"})
    void anAbortedBatchGoesAgainWithTheSameTombstonesAndRows(Op op) {
        rig.open(push("list", strings(300)), set("other", "1"));
        Owner owner = rig.settled();
        List<LogRecord> before = rig.published();
        rig.append(set("list", "a string"), push("list", "rejected"));
        rig.log.failNext(op, Kind.ABORTABLE);

        owner.settle();

        StateChecker.check(rig);
        assertEquals(1, rig.log.calls(Op.ABORT));
        List<LogRecord> again =
                rig.published().subList(before.size(), rig.published().size());
        assertEquals(300, again.stream().filter(each -> each.value() == null).count());
        assertEquals(302, again.size());
        assertEquals(Map.of("wrong_type", 1L), owner.progress().counts().rejected(), "counted once");
        assertEquals(3 + 2, owner.progress().counts().entries());
    }

    @Test
    void aTombstoneThatCannotBeSentAbortsTheBatch() {
        rig.open(push("list", strings(300)));
        Owner owner = rig.settled();
        rig.append(new WalRecord.FlushDb(), push("list", strings(3)));
        rig.log.failNext(Op.SEND, Kind.TIMED_OUT);
        owner.settle();
        StateChecker.check(rig);
    }

    @Test
    void anAbortWithoutAnAnswerIsMadeAgain() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        rig.log.failNext(Op.ABORT, Kind.TIMED_OUT);
        owner.settle();
        StateChecker.check(rig);
        assertEquals(2, rig.log.calls(Op.ABORT));
    }

    @ParameterizedTest
    @CsvSource({"COMMIT,true", "COMMIT,false", "ABORT,false", "SEND,false", "BEGIN,false"})
    void aWriterOfNoMoreUseIsReplacedAndTheCompactedPartitionTellsWhatIsCommitted(Op op, boolean applied) {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        if (op == Op.ABORT) {
            rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        }
        rig.log.failNext(op, Kind.REOPEN, applied);
        long initialized = rig.log.calls(Op.INITIALIZE);

        owner.settle();

        StateChecker.check(rig);
        assertEquals(initialized + 1, rig.log.calls(Op.INITIALIZE));
        assertEquals(2, rig.checkpoints().size());
        assertEquals(ShardState.RUNNING, owner.board.state());
        assertEquals(3, owner.progress().counts().entries(), "each is counted once, whoever said that it is committed");
    }

    @Test
    void anOwnTransactionThatTimedOutAtTheBrokerIsGoneOnFrom() {
        rig.open(push("list", strings(300)));
        Owner owner = rig.settled();
        rig.append(new WalRecord.FlushDb(), push("list", "a"));
        rig.log.setPollRecords(1);
        owner.until(Phase.FOLDING).step();
        rig.log.timeOutTransaction(TRANSACTIONAL_ID);
        owner.settle();
        StateChecker.check(rig);
    }

    @Test
    void theStoreStaysReadableWhileTheWriterIsReplaced() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.append(set("a", "2"));
        rig.log.failNext(Op.COMMIT, Kind.REOPEN);
        rig.log.failNext(Op.INITIALIZE, Kind.TIMED_OUT);
        owner.until(Phase.OPENING);
        for (int i = 0; i < 3; i++) {
            assertTrue(owner.board.access() instanceof ShardAccess.Served);
            owner.view().close();
            owner.step();
        }
    }

    @Test
    void whatTheBrokerRefusesForGoodHaltsTheShard() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.append(set("a", "2"));
        rig.log.failNext(Op.COMMIT, Kind.REFUSED);
        owner.settle();
        assertHalted(owner, "db.wal-0 cannot be materialised into db.snapshot-0");
        assertFalse(rig.store.isOpen());
        assertNoOpenTransaction();
        rig.settled();
        StateChecker.check(rig);
    }

    @Test
    void aStoreThatCannotTakeACommitHaltsTheShardAndTheNextStartCatchesUp() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        rig.store.failNext(new CdcException.Invalid("the disk is full"));
        owner.settle();
        assertHalted(owner, "the disk is full");
        assertEquals(2, rig.checkpoints().size(), "the log has it");
        rig.settled();
        StateChecker.check(rig);
        assertEquals(2, rig.checkpoints().size(), "and needs no other commit");
    }

    @Test
    void aStoreThatDidNotTakeACommitJustNowIsCaughtUpBeforeAnythingIsFoldedOverIt() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"), push("list", "c"));
        rig.store.failNext(new CdcException.Unavailable("busy", null));
        owner.settle();
        rig.append(push("list", "d"));
        owner.settle();
        StateChecker.check(rig);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anEntryThatWasFoldedInPartIsFoldedAgainFromItsBeginning(int reads) {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.store.failRead(reads, new CdcException.Unavailable("busy", null));
        rig.append(push("list", "b"), push("other", "c"), push("list", "d"));
        owner.settle();
        StateChecker.check(rig);
    }

    // --- owners

    @Test
    void theOlderOfTwoOwnersCommitsNothingAndStandsAside() {
        rig.log.setPollRecords(1);
        rig.open(push("list", "a"));
        Owner older = rig.settled();
        rig.append(push("list", "b"), push("list", "c"));
        older.until(Phase.FOLDING).step();
        Owner newer = rig.ownerElsewhere(1).settle();
        List<LogRecord> before = rig.published();

        older.finish();

        assertEquals(before, rig.published());
        assertEquals(ShardState.ELSEWHERE, older.board.state());
        rig.append(push("list", "d"));
        newer.settle();
        StateChecker.check(rig);
    }

    @Test
    void anOwnerThatWasFencedLooksAgainSoonIfTheGroupLeavesItTheShard() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        zombie().initialize();
        rig.append(set("a", "2"));

        owner.settle();
        assertEquals(Phase.AWAY, owner.loop.phase());
        assertEquals(ShardState.ELSEWHERE, owner.board.state());
        assertTrue(owner.status().reason().startsWith("another owner has taken the shard over"));
        assertFalse(rig.store.isOpen());

        assertAwayFor(owner, 1);
        owner.settle();
        assertEquals(ShardState.RUNNING, owner.board.state());
        StateChecker.check(rig);
    }

    @Test
    void twoWhoTakeAShardFromEachOtherDoItEverMoreSeldom() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            takeFrom(owner);
            assertAwayFor(owner, seconds);
            owner.settle();
        }
        rig.clock.advanceNanos(Duration.ofMinutes(2).toNanos());
        takeFrom(owner);
        assertAwayFor(owner, 1);
        owner.settle();
        StateChecker.check(rig);
    }

    private void takeFrom(Owner owner) {
        zombie().initialize();
        rig.append(set("a", "again"));
        owner.settle();
    }

    private void assertAwayFor(Owner owner, int seconds) {
        rig.clock.advanceNanos(Duration.ofSeconds(seconds).toNanos() - 1);
        owner.step();
        assertEquals(Phase.AWAY, owner.loop.phase(), () -> "a nanosecond before " + seconds + " s");
        rig.clock.advanceNanos(1);
        owner.step();
        assertEquals(Phase.OPENING, owner.loop.phase(), () -> "after " + seconds + " s");
    }

    @Test
    void anOwnerWhoseShardWasRevokedCommitsNothing() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        owner.group.revoke(0);
        rig.append(set("a", "2"));
        owner.settle();
        assertEquals(1, rig.checkpoints().size());
        assertEquals(ShardState.ELSEWHERE, owner.board.state());
        assertNoOpenTransaction();
    }

    @Test
    void anOwnerThatTheGroupGaveUpWithoutAWordTriesUntilItIsTold() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        owner.group.expire();
        rig.append(set("a", "2"));
        for (int i = 0; i < 30; i++) {
            rig.clock.advanceNanos(owner.step());
        }
        assertEquals(1, rig.checkpoints().size());
        assertTrue(owner.status().reason().startsWith("trying again after: "));
        owner.group.lose(0);
        owner.settle();
        assertEquals(ShardState.ELSEWHERE, owner.board.state());
        assertEquals(1, rig.checkpoints().size());
    }

    // --- taking over

    @Test
    void theFormerOwnersOpenTransactionIsEndedBeforeAnythingIsRead() {
        rig.log.setPollRecords(1);
        rig.open(push("list", strings(300)));
        Owner former = rig.settled();
        rig.append(new WalRecord.FlushDb(), push("list", "a"));
        former.until(Phase.FOLDING).step();
        assertTrue(rig.log.ends(SNAPSHOT).lastStable() < rig.log.ends(SNAPSHOT).highWatermark());
        former.crash(0);
        rig.settled();
        StateChecker.check(rig);
    }

    /** The group's offset, which was part of it, is committed: without the rows the shard would have to halt. */
    @Test
    void aCommitThatTheBrokerForgotIsThereForTheNextOwner() {
        rig.open(push("list", "a"));
        rig.settled().finish();
        rig.append(push("list", "b"));
        rig.settled().finish();
        int commits = rig.checkpoints().size();
        rig.log.forgetEnd(SNAPSHOT);
        rig.append(push("list", "c"));

        rig.settled();

        assertEquals(0, rig.log.calls(Op.ABORT_FORGOTTEN));
        assertEquals(commits + 1, rig.checkpoints().size());
        StateChecker.check(rig);
    }

    @Test
    void aForgottenCommitEndsWithTheNextCommit() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.log.forgetEnd(SNAPSHOT);
        rig.append(push("list", "b"));
        owner.settle();
        StateChecker.check(rig);
    }

    /** The store holds it, and the compacted partition does not. */
    @Test
    void aForgottenCommitThatAnAbortEndsIsNoticed() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        owner.settle();
        rig.log.forgetEnd(SNAPSHOT);
        rig.append(push("list", "c"));
        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
        owner.settle();
        assertHalted(owner, "the compacted partition has lost commits");
    }

    @Test
    void whatWasForgottenAndIsNoLongerKnownIsAborted() {
        rig.open(push("list", "a"));
        rig.settled().finish();
        rig.log.forgetEnd(SNAPSHOT);
        rig.log
                .openWriter(MaterializerRig.TRANSACTIONAL_ID, Duration.ofMinutes(1))
                .initialize();
        Owner owner = rig.owner();
        owner.settle();
        assertEquals(1, rig.log.calls(Op.ABORT_FORGOTTEN));
        assertHalted(owner, "the compacted partition was lost");
    }

    @Test
    void aForeignOpenTransactionIsWaitedFor() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        try (LogWriter foreign = rig.log.openWriter("foreign", Duration.ofMinutes(1))) {
            foreign.initialize();
            foreign.begin();
            foreign.send(SNAPSHOT, LogRecord.of(0, Bytes.utf8("?"), null, Map.of()));
            Owner owner = rig.owner();
            for (int i = 0; i < 10; i++) {
                rig.clock.advanceNanos(owner.step());
            }
            assertEquals(ShardState.STARTING, owner.board.state());
            assertTrue(owner.status().reason().startsWith("waiting for an open transaction in db.snapshot-0"));
            foreign.abort();
            owner.settle();
            assertEquals(ShardState.RUNNING, owner.board.state());
        }
    }

    @Test
    void aStoreThatFellBackIsCaughtUpFromTheCompactedPartition() {
        rig.open();
        Owner owner = rig.settled();
        for (int i = 0; i < 10; i++) {
            rig.append(push("list", "v" + i));
            owner.settle();
        }
        owner.crash(7);
        int commits = rig.checkpoints().size();

        rig.settled();

        StateChecker.check(rig);
        assertEquals(commits, rig.checkpoints().size(), "nothing is folded a second time");
    }

    @Test
    void aLostStoreIsRebuiltFromTheCompactedPartition() {
        rig.open(push("list", strings(200)), set("a", "1"));
        Owner owner = rig.settled();
        rig.append(new WalRecord.FlushDb(), push("list", "x"), set("b", "1", 60_000));
        owner.settle();
        owner.finish();
        rig.log.compact(SNAPSHOT, Long.MAX_VALUE, true);
        rig.store.lose();

        rig.settled();

        StateChecker.check(rig);
    }

    @Test
    void aStoreIsOpenedOnceItsFormerUserHasLetGo() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        Store other = rig.store.open();
        Owner owner = rig.owner();
        owner.step();
        assertEquals(ShardState.STARTING, owner.board.state());
        assertTrue(owner.status().reason().endsWith("trying again after: the store has another user"));
        other.close();
        owner.settle();
        assertEquals(ShardState.RUNNING, owner.board.state());
    }

    @Test
    void aShardWithoutSnapshotWhoseWalHasLostItsBeginningHalts() {
        rig.open(set("a", "1"), set("b", "1"));
        rig.log.deleteBefore(WAL, 2);
        Owner owner = rig.owner();
        owner.settle();
        assertHalted(
                owner, "db.snapshot-0 holds nothing yet, so db.wal-0 must hold everything from the first entry on");
        assertHalted(owner, "db.wal-0, offset 2");
        assertEquals(List.of(), rig.published());
    }

    @Test
    void aCompactedPartitionThatWasLostHalts() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        rig.log.createTopic("db.snapshot", 2);
        rig.store.lose();
        assertHalted(rig.settled(), "db.snapshot-0 holds nothing, but the group db-materializer has committed offset");
    }

    @Test
    void aCompactedPartitionOfAnotherTopicThanTheStoresHalts() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        rig.log.createTopic("db.snapshot", 2);
        Owner owner = rig.settled();
        assertHalted(owner, "it was deleted and created anew");
        assertFalse(rig.store.position().equals(StorePosition.EMPTY), "it is all that is left");
    }

    @Test
    void aCheckpointBehindTheGroupsOffsetHalts() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        rig.append(set("a", "2"));
        rig.log.commitOffset(GROUP, WAL, rig.log.ends(WAL).lastStable());
        assertHalted(rig.settled(), "the compacted partition has lost commits");
    }

    @Test
    void aCheckpointBeforeTheLogStartHalts() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        rig.append(set("a", "2"), set("a", "3"));
        rig.log.deleteBefore(WAL, rig.log.ends(WAL).lastStable() - 2);
        assertHalted(rig.settled(), "the entries between were deleted before they were materialised");
    }

    @Test
    void aWalCreatedAnewHalts() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        rig.log.createTopic("db.wal", 2);
        WalScript other = new WalScript(rig.log, WAL, MaterializerRig.WAL_CODEC);
        other.open().append(set("a", "2"), set("a", "3"), set("a", "4"));
        assertHalted(rig.settled(), "it was deleted and created anew");
    }

    @Test
    void aWalThatWentBackHalts() {
        rig.open(set("a", "1"), set("a", "2"));
        rig.settled().finish();
        rig.log.truncateBack(WAL, 2);
        WalScript other = new WalScript(rig.log, WAL, MaterializerRig.WAL_CODEC);
        IntStream.range(0, 5).forEach(i -> other.put(new WalEntry(1, 2 + i, START_MS, set("b", "other"))));
        assertHalted(rig.settled(), "db.wal-0, offset");
        assertEquals(1, rig.checkpoints().size());
    }

    @Test
    void aCompactedTopicCreatedAnewWhileItIsWrittenHalts() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.log.createTopic("db.snapshot", 2);
        owner.board.seenSnapshotTopic(rig.log.topicId("db.snapshot"));
        rig.append(set("a", "2"));
        owner.settle();
        assertHalted(owner, "topic db.snapshot was created anew");
        assertEquals(List.of(), rig.published());
    }

    @Test
    void aTakeoverGoesOnWhereTheLogFailedIt() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        for (Op op : List.of(Op.INITIALIZE, Op.ENDS, Op.COMMITTED_OFFSET, Op.TOPIC_ID, Op.POLL)) {
            rig.log.failNext(op, Kind.TIMED_OUT);
        }
        rig.log.failNext(Op.INITIALIZE, Kind.REOPEN);
        rig.settled();
        StateChecker.check(rig);
    }

    // --- the WAL

    @Test
    void whatStandsBeforeAPoisonedEntryIsCommittedAndThenTheShardHalts() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.append(set("b", "1"));
        long offset = rig.log.ends(WAL).highWatermark();
        rig.wal.put(new WalEntry(1, 99, START_MS, set("gap", "1")));
        rig.append(set("c", "1"));

        owner.settle();

        assertHalted(owner, "db.wal-0, offset " + offset);
        assertHalted(owner, "expected sequence 4 in epoch 1");
        assertEquals(3, rig.checkpoints().getLast().sequence());
        assertEquals(3, owner.progress().sequence(), "its last progress stays known");
        assertTrue(owner.board.access() instanceof ShardAccess.Halted);
    }

    @Test
    void whileTheLogIsAwayTheStoreIsReadAndNothingIsLost() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        rig.log.failNext(Op.POLL, Kind.TIMED_OUT);
        rig.log.beforeNext(Op.COMMIT, () -> rig.log.setAvailable(false));
        for (int i = 0; i < 50; i++) {
            rig.clock.advanceNanos(owner.step());
        }
        assertEquals(ShardState.RUNNING, owner.board.state());
        assertTrue(owner.status().reason().startsWith("trying again after: "));
        try (StoreView view = owner.view()) {
            assertEquals(2, MaterializerRig.rows(view).size());
        }
        rig.log.setAvailable(true);
        owner.settle();
        assertEquals("", owner.status().reason());
        StateChecker.check(rig);
    }

    @Test
    void aBugHaltsTheShardInsteadOfItsThread() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.log.beforeNext(Op.POLL, () -> {
            throw new IllegalStateException("no such case");
        });
        owner.until(Phase.HALTED);
        assertHalted(owner, "stopped by a bug, report it: java.lang.IllegalStateException: no such case");
    }

    private void assertHalted(Owner owner, String reason) {
        assertEquals(
                ShardState.HALTED, owner.board.state(), () -> owner.status().toString());
        assertTrue(owner.status().reason().contains(reason), owner.status().reason());
        assertEquals(Phase.HALTED, owner.loop.phase());
    }

    private void assertNoOpenTransaction() {
        assertEquals(
                rig.log.ends(SNAPSHOT).highWatermark(), rig.log.ends(SNAPSHOT).lastStable());
    }

    private LogWriter zombie() {
        return rig.log.openWriter(TRANSACTIONAL_ID, Duration.ofMinutes(1));
    }

    private static String[] strings(int count) {
        return IntStream.range(0, count).mapToObj(i -> "item" + i).toArray(String[]::new);
    }
}
