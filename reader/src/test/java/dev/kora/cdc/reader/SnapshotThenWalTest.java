package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.reader.PositionLostException.Loss;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** State first, then every change behind it. {@link Subscriber} checks each change. */
final class SnapshotThenWalTest {
    private final SubscribedShard shard = new SubscribedShard();

    @Test
    void tellsResetThenRowsThenThatTheyAreAStateThenEntries() {
        shard.open().set("a", "b").materialize().set("c");
        SnapshotThenWal reader = SnapshotThenWal.open(shard.topics(), SavedPosition.NONE);

        assertEquals(new Change.Reset(), next(reader));
        var rows = assertInstanceOf(Change.Rows.class, next(reader));
        assertEquals(2, rows.piece().puts().size());
        assertEquals(SavedPosition.NONE, rows.after(), "a part of a state is nothing");
        var complete = assertInstanceOf(Change.StateComplete.class, next(reader));
        assertEquals(3, Objects.requireNonNull(complete.checkpoint()).sequence());
        var entry = assertInstanceOf(Change.Entry.class, next(reader));
        assertEquals(4, entry.logged().entry().sequence());
        assertEquals(List.of(), reader.poll(Duration.ZERO));
        assertTrue(reader.caughtUp());
        assertEquals(
                "shard 0, offset %d, behind sequence 4 in epoch 1"
                        .formatted(entry.logged().offset() + 1),
                entry.after().toString());
    }

    @Test
    void aShardThatWasNeverMaterialisedBeginsWithItsFirstEntry() {
        shard.open().set("a");
        Subscriber subscriber = new Subscriber(shard, false).drain();
        subscriber.check();
        assertEquals(1, subscriber.states());
        assertEquals(2, subscriber.entries());
    }

    @Test
    void startsLateAndMissesNothing() {
        shard.open();
        for (int round = 0; round < 3; round++) {
            shard.set("a", "b" + round).materialize().set("a").truncate();
        }
        Subscriber subscriber = new Subscriber(shard, false).drain();
        subscriber.check();
        assertEquals(1, subscriber.resets());
        assertEquals(1, subscriber.entries(), "what stands behind the checkpoint");
    }

    @Test
    void goesOnFromWhatItSaved() {
        shard.open().set("a").materialize().set("b");
        Subscriber subscriber = new Subscriber(shard, false).drain();
        shard.set("c").open().set("d");
        subscriber.killAndRestart().drain().check();
        assertEquals(1, subscriber.resets());
        assertEquals(4, subscriber.entries());
    }

    @Test
    void dyingWithinAStateMeansToReceiveItAnew() {
        shard.open().set("a").materialize();
        Subscriber subscriber = new Subscriber(shard, false);
        subscriber.step();
        subscriber.step();
        subscriber.killAndRestart().drain().check();
        assertEquals(2, subscriber.resets());
    }

    @Test
    void fallingBehindTheLogsStartMeansResetAndAState() {
        shard.open().set("a").materialize();
        Subscriber subscriber = new Subscriber(shard, true).drain();
        shard.set("b", "c").materialize().set("d").truncate();
        subscriber.killAndRestart().drain().check();
        assertEquals(2, subscriber.resets());
        assertEquals(1, subscriber.entries());
    }

    @Test
    void fallingBehindWhileTheStateIsReadMeansTheNextState() {
        shard.open().set("a").materialize();
        Subscriber subscriber = new Subscriber(shard, false);
        while (subscriber.states() == 0) {
            subscriber.step();
        }
        shard.set("b").materialize().set("c").truncate();
        subscriber.drain().check();
        assertEquals(2, subscriber.states());
    }

    @Test
    void aStateThatDoesNotMatchIsDroppedAndReadAgain() {
        shard.open().set("a", "b").materialize();
        Subscriber subscriber = new Subscriber(shard, false);
        // Of a reader that is slower than delete.retention.ms: the tombstone of b is gone before it is read.
        shard.append(List.of(new WalRecord.Del(Bytes.utf8("b")))).materialize();
        subscriber.step();
        subscriber.step();
        shard.compact(Long.MAX_VALUE, true);
        subscriber.drain().check();
    }

    @Test
    void aLogThatWasDeletedBeyondEveryCheckpointIsSaidOnce() {
        shard.open().set("a").materialize().set("b", "c");
        shard.log.deleteBefore(
                SubscribedShard.WAL, shard.log.ends(SubscribedShard.WAL).highWatermark());
        SnapshotThenWal reader = SnapshotThenWal.open(shard.topics(), SavedPosition.NONE);
        var e = assertThrows(CdcException.Corrupt.class, () -> pollOften(reader));
        assertTrue(String.valueOf(e.getMessage()).contains("no state leads on"), e::toString);
        assertSame(e, assertThrows(CdcException.Corrupt.class, () -> reader.poll(Duration.ZERO)));
    }

    @Test
    void aLogThatWentBackIsNoCaseForAnotherState() {
        shard.open().set("a").materialize().set("b", "c");
        Subscriber subscriber = new Subscriber(shard, false).drain();
        shard.log.truncateBack(SubscribedShard.WAL, 4);
        var e = assertThrows(PositionLostException.class, subscriber::step);
        assertEquals(Loss.WENT_BACK, e.loss());
        assertSame(e, assertThrows(PositionLostException.class, subscriber::step));
    }

    @Test
    void aTopicThatWasCreatedAnewIsNoticed() {
        shard.open().set("a").materialize().set("b");
        Subscriber subscriber = new Subscriber(shard, false).drain();
        shard.log.createTopic("kora.wal", 1);
        shard.nanos += Duration.ofMinutes(1).toNanos();
        assertEquals(
                Loss.RECREATED,
                assertThrows(PositionLostException.class, subscriber::step).loss());
    }

    @Test
    void aBrokenEntryEndsItUntilTheOwnerIsToldToSkipIt() {
        shard.open().set("a").materialize();
        Subscriber subscriber = new Subscriber(shard, false).drain();
        shard.wal.put(new WalEntry(1, 9, 0, Control.HEARTBEAT));
        PoisonException poison = assertThrows(PoisonException.class, subscriber::step);
        assertThrows(PoisonException.class, subscriber::step);
        shard.skip(poison.offset()).set("b").materialize().set("c");

        SnapshotThenWal reader = subscriber.reader();
        assertEquals(List.of(new Change.Reset()), reader.poll(Duration.ZERO));
        Change last = null;
        for (int poll = 0; poll < 10; poll++) {
            List<Change> changes = reader.poll(Duration.ZERO);
            last = changes.isEmpty() ? last : changes.getLast();
        }
        var entry = assertInstanceOf(Change.Entry.class, last);
        assertEquals(shard.lastSequence(), entry.logged().entry().sequence());
    }

    @Test
    void aRecordOfTheSnapshotThatIsNoneEndsIt() {
        shard.open().set("a").materialize();
        new SnapshotScript(shard.log, SubscribedShard.SNAPSHOT, shard.topics().rowCodec(), "any")
                .commitRecords(List.of(LogRecord.of(0, RowKeys.CHECKPOINT, null, Map.of())));
        SnapshotThenWal reader = SnapshotThenWal.open(shard.topics(), SavedPosition.NONE);
        PoisonException poison = assertThrows(PoisonException.class, () -> pollOften(reader));
        assertSame(poison, assertThrows(PoisonException.class, () -> reader.poll(Duration.ZERO)));
    }

    @Test
    void failuresThatPassAreGoneOnFrom() {
        shard.open().set("a").materialize();
        Subscriber subscriber = new Subscriber(shard, false);
        subscriber.step();
        for (Op op : List.of(Op.ENDS, Op.TOPIC_ID, Op.POLL)) {
            shard.log.failNext(op, Kind.TIMED_OUT);
            assertThrows(CdcException.Unavailable.class, subscriber::step);
        }
        subscriber.drain().check();
        shard.set("b");
        shard.log.failNext(Op.POLL, Kind.TIMED_OUT);
        assertThrows(CdcException.Unavailable.class, subscriber::step);
        subscriber.drain().check();
        assertEquals(1, subscriber.resets());
    }

    @Test
    void aPositionOfAnotherShardIsRefused() {
        var other = new WalStart("id", LogPosition.of(3), 1, 2);
        var e = assertThrows(
                CdcException.Invalid.class, () -> SnapshotThenWal.open(shard.topics(), SavedPosition.at(1, other)));
        assertEquals("the saved position is one of shard 1, and shard 0 is to be read", e.getMessage());
    }

    @Test
    void tellsHowFarItIs() {
        shard.open().set("a").materialize();
        SnapshotThenWal reader = SnapshotThenWal.open(shard.topics(), SavedPosition.NONE);
        reader.poll(Duration.ZERO);
        assertTrue(reader.stateProgress().isPresent());
        assertTrue(reader.position().isEmpty());
        pollOften(reader);
        assertTrue(reader.stateProgress().isEmpty());
        assertNotNull(reader.position().orElse(null));
        assertEquals(0, reader.duplicates());
        reader.close();
        assertNull(reader.position().orElse(null));
        reader.close();
    }

    private static Change next(SnapshotThenWal reader) {
        for (int poll = 0; poll < 20; poll++) {
            List<Change> changes = reader.poll(Duration.ZERO);
            if (!changes.isEmpty()) {
                assertEquals(1, changes.size());
                return changes.getFirst();
            }
        }
        throw new AssertionError("nothing came");
    }

    private static void pollOften(SnapshotThenWal reader) {
        for (int poll = 0; poll < 20; poll++) {
            reader.poll(Duration.ZERO);
        }
    }
}
