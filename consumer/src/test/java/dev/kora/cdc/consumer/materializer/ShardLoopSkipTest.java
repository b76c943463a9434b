package dev.kora.cdc.consumer.materializer;

import static dev.kora.cdc.consumer.materializer.MaterializerRig.SNAPSHOT;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.START_MS;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.WAL;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.push;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.set;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.materializer.ShardLoop.Phase;
import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A halted shard goes on when an operator says so, past what the operator named, and never otherwise. Invariant I10. */
final class ShardLoopSkipTest {
    private static final String WHY = "half an entry, written by hand";

    private final MaterializerRig rig = new MaterializerRig();

    /** What can stand in the way, and how the log goes on behind it. */
    enum Poison {
        /** Bytes that somebody else has written; they took no sequence. */
        ALIEN,
        /** The bytes of an entry, damaged; it took a sequence. */
        DAMAGED,
        UNKNOWN_OP,
        NO_VALUE,
        /** Entries before it are missing. */
        GAP,
        /** Of an epoch that nobody opened. */
        EPOCH,
        /** A writer's opening that leaves an epoch out. */
        EPOCH_JUMP,
        /** Of a writer that was fenced long ago. */
        FORMER_EPOCH
    }

    /** Puts one there, and returns its offset. */
    private long put(Poison poison) {
        long offset = rig.log.ends(WAL).highWatermark();
        long epoch = rig.wal.epoch();
        long next = rig.wal.sequence() + 1;
        switch (poison) {
            case ALIEN -> rig.wal.commit(List.of(bytes("not ours")));
            case DAMAGED -> rig.wal.lose(1).commit(List.of(bytes("half an ent")));
            case UNKNOWN_OP -> rig.wal.commit(List.of(rig.wal.unknownOp()));
            case NO_VALUE -> rig.wal.commit(List.of(LogRecord.of(START_MS, Bytes.utf8("k"), null, Map.of())));
            case GAP -> rig.wal.lose(3).append(set("behind the gap", "1"));
            case EPOCH -> rig.wal.put(new WalEntry(epoch + 1, next, START_MS, set("stranger", "1")));
            case EPOCH_JUMP -> rig.wal.put(new WalEntry(epoch + 2, next, START_MS, Control.WRITER_OPENED));
            case FORMER_EPOCH -> rig.wal.put(new WalEntry(epoch - 1, next, START_MS, set("zombie", "1")));
        }
        return offset;
    }

    private static LogRecord bytes(String text) {
        return LogRecord.of(START_MS, Bytes.utf8("k"), Bytes.utf8(text), Map.of());
    }

    /** A shard that is halted at a poison, with good entries on both sides of it. */
    private Owner haltedAt(Poison poison) {
        rig.open(set("a", "1"), push("list", "x"));
        rig.wal.open();
        Owner owner = rig.settled();
        rig.append(push("list", "y"));
        long offset = put(poison);
        rig.append(push("list", "z"));
        owner.settle();
        assertEquals(offset, halt(owner).offset());
        return owner;
    }

    private static Halt halt(Owner owner) {
        return requireNonNull(owner.status().halt(), () -> "not halted: " + owner.status());
    }

    private static long offset(Owner owner) {
        return requireNonNull(halt(owner).offset());
    }

    private SnapshotRow.Skips recorded() {
        return requireNonNull(rig.checkpoints().getLast().skips());
    }

    private void skip(Owner owner) {
        long offset = offset(owner);
        rig.skipped.add(offset);
        assertEquals(Outcome.DONE, owner.skip(offset, WHY).outcome());
    }

    // --- what a halt says

    @Test
    void aHaltSaysWhereAndWhichCommandsHelp() {
        Owner owner = haltedAt(Poison.ALIEN);
        Halt halt = halt(owner);
        long offset = offset(owner);
        assertEquals("db.wal", halt.topic());
        assertEquals(0, halt.partition());
        assertTrue(halt.skippable());
        assertEquals(
                List.of(
                        "kora-cdc inspect --shard 0 --offset " + offset + " --database db",
                        "kora-cdc resume --shard 0",
                        "kora-cdc skip --shard 0 --offset " + offset + " --reason 'WHY'"),
                halt.commands());
        assertTrue(halt.reason().startsWith("db.wal-0, offset " + offset + ": expected a WAL entry"), halt.reason());
        halt.commands().forEach(each -> assertTrue(halt.reason().contains(each), halt.reason()));
        assertEquals(halt.reason(), owner.status().reason());
    }

    @Test
    void aHaltAtTheSnapshotCanBeResumedAndNotSkipped() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        owner.finish();
        rig.store.lose();
        rig.log.deleteBefore(SNAPSHOT, rig.log.ends(SNAPSHOT).highWatermark());
        owner = rig.settled();
        Halt halt = halt(owner);
        assertEquals("db.snapshot", halt.topic());
        assertNull(halt.offset());
        assertFalse(halt.skippable());
        assertEquals(List.of("kora-cdc resume --shard 0"), halt.commands());
        assertEquals(Outcome.REFUSED, owner.skip(0, WHY).outcome());
        assertEquals(Outcome.HALTED, owner.resume().outcome());
    }

    // --- resume

    @Test
    void aShardWhoseCauseIsMendedGoesOn() {
        rig.open(push("list", "a"));
        Owner owner = rig.settled();
        rig.append(push("list", "b"));
        rig.store.failNext(new CdcException.Invalid("the disk is full"));
        owner.settle();
        assertTrue(halt(owner).reason().contains("the disk is full. Mend the cause, then: kora-cdc resume --shard 0"));
        assertFalse(rig.store.isOpen());
        rig.append(push("list", "c"));

        assertEquals(new Answer(Outcome.DONE, "the shard goes on"), owner.resume());

        assertEquals(ShardState.RUNNING, owner.board.state());
        assertNull(owner.status().halt());
        StateChecker.check(rig);
    }

    @Test
    void aShardWhoseCauseIsStillThereHaltsAgain() {
        Owner owner = haltedAt(Poison.GAP);
        List<SnapshotRow.Checkpoint> before = rig.checkpoints();
        Answer answer = owner.resume();
        assertEquals(Outcome.HALTED, answer.outcome());
        assertEquals(halt(owner).reason(), answer.text());
        assertEquals(before, rig.checkpoints(), "nothing was passed over");
    }

    @Test
    void aBugThatDoesNotComeAgainIsGotOver() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.log.beforeNext(Op.POLL, () -> {
            throw new IllegalStateException("no such case");
        });
        owner.until(Phase.HALTED);
        assertEquals(Outcome.DONE, owner.resume().outcome());
        StateChecker.check(rig);
    }

    @Test
    void aShardThatIsNotHaltedIsLeftAlone() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        assertEquals(new Answer(Outcome.REFUSED, "the shard is not halted"), owner.resume());
        assertEquals(Outcome.REFUSED, owner.skip(2, WHY).outcome());
        rig.append(set("a", "2"));
        owner.settle();
        StateChecker.check(rig);
    }

    @Test
    void oneOrderAtATime() {
        Owner owner = haltedAt(Poison.ALIEN);
        long offset = offset(owner);
        rig.skipped.add(offset);
        var first = owner.loop.order(new Orders.Skip(offset, WHY));
        var second = owner.loop.order(null).getNow(new Answer(Outcome.DONE, ""));
        assertEquals(Outcome.REFUSED, second.outcome());
        owner.step();
        owner.settle();
        assertEquals(Outcome.DONE, first.getNow(second).outcome());
        StateChecker.check(rig);
    }

    @Test
    void aHaltedShardThatIsRevokedEndsAndTellsWhoWaits() {
        Owner owner = haltedAt(Poison.ALIEN);
        var order = owner.loop.order(null);
        owner.finish();
        assertTrue(owner.loop.ended());
        assertEquals(
                Outcome.ELSEWHERE, order.getNow(new Answer(Outcome.DONE, "")).outcome());
        assertEquals(
                Outcome.REFUSED,
                owner.loop.order(null).getNow(new Answer(Outcome.DONE, "")).outcome());
    }

    // --- skip

    @ParameterizedTest
    @EnumSource
    void theShardGoesOnWithoutTheEntryAndTheCheckpointKnows(Poison poison) {
        Owner owner = haltedAt(poison);
        long offset = offset(owner);

        skip(owner);

        StateChecker.check(rig);
        assertEquals(ShardState.RUNNING, owner.board.state());
        assertEquals(offset, recorded().offset());
        assertEquals(1, recorded().count());
        assertEquals(WHY, recorded().reason());
        assertTrue(recorded().atMs() > 0 && recorded().atMs() <= rig.clock.millis());
        assertEquals(recorded(), owner.status().skips());
        rig.append(push("list", "more"));
        owner.settle();
        StateChecker.check(rig);
        assertEquals(offset, recorded().offset(), "later checkpoints know it as well");
    }

    @ParameterizedTest
    @EnumSource
    void anOwnerOnAnotherDiskKnowsIt(Poison poison) {
        skip(haltedAt(poison));
        Owner other = rig.ownerElsewhere(3);
        rig.append(set("b", "1"));
        other.settle();
        StateChecker.check(rig);
        assertEquals(1, recorded().count());
    }

    @ParameterizedTest
    @EnumSource
    void aRebuildKnowsItAlsoWhereTheSkippedEntryIsTheLast(Poison poison) {
        rig.open(set("a", "1"));
        rig.wal.open();
        put(poison);
        Owner owner = rig.settled();
        skip(owner);
        long digest = rig.checkpoints().getLast().digest();
        owner.finish();
        rig.log.compact(SNAPSHOT, Long.MAX_VALUE, true);
        rig.store.lose();

        Owner rebuilt = rig.settled();

        assertEquals(
                ShardState.RUNNING,
                rebuilt.board.state(),
                () -> rebuilt.status().toString());
        assertEquals(digest, rig.store.position().digest());
        rig.append(set("b", "1"));
        rig.wal.open();
        rebuilt.settle();
        StateChecker.check(rig);
    }

    @Test
    void onlyTheOffsetThatItIsHaltedAtIsSkipped() {
        Owner owner = haltedAt(Poison.ALIEN);
        long offset = offset(owner);
        for (long other : new long[] {0, offset - 1, offset + 1, offset + 2, Long.MAX_VALUE}) {
            Answer answer = owner.skip(other, WHY);
            assertEquals(Outcome.REFUSED, answer.outcome());
            assertTrue(
                    answer.text().startsWith("the shard is halted at offset " + offset + ", not at " + other),
                    answer.text());
        }
        assertNull(rig.checkpoints().getLast().skips());
        assertEquals(Phase.HALTED, owner.loop.phase());
    }

    /** One order passes over one entry, whatever stands behind it. */
    @Test
    void whatIsWrongBehindItHaltsAgain() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        put(Poison.ALIEN);
        long second = put(Poison.GAP);
        rig.append(set("b", "1"));
        owner.settle();

        skip(owner);

        assertEquals(second, offset(owner));
        skip(owner);
        StateChecker.check(rig);
        assertEquals(2, recorded().count());
    }

    /** Skipping an undecodable record vouches for one sequence, not for the hole of many behind it. */
    @Test
    void aHoleBehindASkippedRecordIsNotPassedOverWithIt() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        put(Poison.DAMAGED);
        rig.wal.lose(1);
        rig.append(set("behind the hole", "1"));
        owner.settle();
        skip(owner);
        assertTrue(
                halt(owner).reason().contains("found sequence 5 in epoch 1"),
                halt(owner).reason());
    }

    /** Two strange entries in a row look like the log behind a gap. What comes from the real writer must not be dropped as seen then. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noEntryIsDroppedAsADuplicateThatWasNeverSeen(boolean restarted) {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.wal.put(new WalEntry(1, 1_000, START_MS, set("stranger", "1")));
        rig.wal.put(new WalEntry(1, 1_001, START_MS, set("stranger", "2")));
        owner.settle();
        skip(owner);
        assertEquals(1_001, rig.checkpoints().getLast().sequence());
        if (restarted) {
            owner.finish();
            rig.store.lose();
            owner = rig.settled();
        }
        rig.append(set("b", "1"));
        owner.settle();
        assertTrue(
                halt(owner).reason().contains("expected sequence 1002 in epoch 1"),
                halt(owner).reason());
        assertEquals(0, owner.progress().counts().duplicates());
    }

    @Test
    void aLogWithoutItsBeginningCannotBeSkippedInto() {
        rig.wal.open();
        rig.append(set("a", "1"), set("b", "1"));
        rig.log.deleteBefore(WAL, 2);
        Owner owner = rig.settled();
        assertFalse(halt(owner).skippable());
        assertEquals(
                1,
                halt(owner).commands().stream()
                        .filter(each -> each.contains("resume"))
                        .count());
        assertTrue(halt(owner).commands().stream().noneMatch(each -> each.contains("skip")));
        assertEquals(Outcome.REFUSED, owner.skip(offset(owner), WHY).outcome());
    }

    @Test
    void theVeryFirstRecordCanBeSkipped() {
        rig.wal.commit(List.of(bytes("a test")));
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        skip(owner);
        StateChecker.check(rig);
    }

    @Test
    void theVeryFirstRecordAloneIsACheckpointOfNothing() {
        rig.wal.commit(List.of(bytes("a test")));
        Owner owner = rig.settled();
        skip(owner);
        assertEquals(0, rig.checkpoints().getLast().sequence());
        assertEquals(1, rig.checkpoints().getLast().position());
        owner.finish();
        rig.store.lose();
        rig.open(set("a", "1"));
        rig.settled();
        StateChecker.check(rig);
    }

    @Test
    void aLogThatWentBackCannotBeSkippedPast() {
        rig.open(set("a", "1"), set("b", "1"));
        Owner owner = rig.settled();
        rig.log.truncateBack(WAL, 2);
        rig.log.newLeader(WAL);
        rig.append(set("c", "1"));
        owner.settle();
        assertFalse(halt(owner).skippable());
        assertEquals(Outcome.REFUSED, owner.skip(offset(owner), WHY).outcome());
    }

    // --- failures on the way

    @ParameterizedTest
    @CsvSource({
        "COMMIT,TIMED_OUT,true", "COMMIT,TIMED_OUT,false", "COMMIT,REOPEN,true", "COMMIT,REOPEN,false",
        "COMMIT,ABORTABLE,false", "SEND,ABORTABLE,false", "SEND,TIMED_OUT,false", "SEND_OFFSET,ABORTABLE,false",
        "BEGIN,TIMED_OUT,false", "BEGIN,REOPEN,false", "INITIALIZE,TIMED_OUT,false", "POLL,TIMED_OUT,false"
    })
    void aSkipIsMadeOnceWhateverFails(Op op, Kind kind, boolean applied) {
        Owner owner = haltedAt(Poison.DAMAGED);
        rig.log.failNext(op, kind, applied);
        skip(owner);
        StateChecker.check(rig);
        assertEquals(1, recorded().count());
    }

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"OPENING", "READING", "SKIPPING", "FOLDING", "COMMITTING"})
    void aCrashAmidASkipLeavesItUndoneOrDone(Phase phase) {
        Owner owner = haltedAt(Poison.DAMAGED);
        long offset = offset(owner);
        if (phase == Phase.COMMITTING) {
            rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, true);
        }
        var order = owner.loop.order(new Orders.Skip(offset, WHY));
        owner.step();
        owner.until(phase);
        assertFalse(order.isDone());
        owner.crash(1);

        Owner next = rig.settled();

        boolean done = phase == Phase.COMMITTING;
        assertEquals(done ? ShardState.RUNNING : ShardState.HALTED, next.board.state());
        if (!done) {
            skip(next);
        }
        rig.skipped.add(offset);
        StateChecker.check(rig);
        assertEquals(1, recorded().count());
    }

    /** Two operators, or one and a colleague who was faster. */
    @Test
    void whatAnotherOwnerHasSkippedIsNotSkippedTwice() {
        Owner slow = haltedAt(Poison.ALIEN);
        Owner quick = rig.ownerElsewhere(0);
        quick.settle();
        skip(quick);
        long offset = recorded().offset();
        assertEquals(Outcome.DONE, slow.skip(offset, "the same").outcome());
        assertEquals(1, recorded().count());
        assertEquals(WHY, recorded().reason());
    }
}
