package dev.kora.cdc.consumer.materializer;

import static dev.kora.cdc.consumer.materializer.MaterializerRig.START_MS;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.WAL;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.del;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.push;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.materializer.ShardLoop.Phase;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an owner does as long as nothing fails: commits, what it counts and shows, and how it ends. */
final class ShardLoopTest {
    private final MaterializerRig rig = new MaterializerRig();

    @Test
    void entriesBecomeRowsOfTheLogAndOfTheStore() {
        rig.open(set("a", "1"), push("list", "x", "y"), set("a", "2"), del("none"));

        Owner owner = rig.settled();

        StateChecker.check(rig);
        assertEquals(ShardState.RUNNING, owner.board.state());
        try (StoreView view = owner.view()) {
            assertEquals(rig.expectedRows(), MaterializerRig.rows(view));
        }
    }

    @Test
    void theCheckpointStandsBehindItsRowsAndNamesTheSchemaItWasWrittenIn() {
        rig.open(set("a", "1"), push("list", "x", "y"));
        rig.settled();

        LogRecord last = rig.published().getLast();
        assertEquals(RowKeys.CHECKPOINT, last.key());
        assertTrue(last.headers().containsKey(Headers.SCHEMA_FINGERPRINT));
        SnapshotRow.Checkpoint checkpoint = rig.checkpoints().getLast();
        assertEquals(rig.log.topicId("db.wal"), checkpoint.walTopicId());
        assertEquals(1, checkpoint.epoch());
        assertEquals(START_MS, checkpoint.updatedAtMs());
        assertEquals(2, checkpoint.keys());
        assertEquals(4, checkpoint.rows());
        assertNull(checkpoint.marker());
    }

    @Test
    void whatHasBeenCommittedIsNotFoldedAgain() {
        rig.open(push("list", "x"));
        rig.settled().finish();
        rig.append(push("list", "y"));

        rig.settled();

        StateChecker.check(rig);
    }

    @Test
    void theNewestTruncationMarkerStaysInTheCheckpoint() {
        rig.open(set("a", "1"));
        rig.wal.append(Control.TRUNCATE);
        Owner owner = rig.settled();
        long marker = Objects.requireNonNull(rig.checkpoints().getLast().marker());
        rig.wal.append(Control.HEARTBEAT);
        owner.settle();
        owner.finish();
        rig.append(set("b", "1"));
        rig.settled();

        assertEquals(marker, rig.checkpoints().getLast().marker());
        assertEquals(
                Control.TRUNCATE,
                rig.log.committed(WAL).stream()
                        .filter(each -> each.offset() == marker)
                        .map(each -> MaterializerRig.WAL_CODEC
                                .decode(each.key(), Objects.requireNonNull(each.value()), 0)
                                .content())
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void aHeartbeatRemovesWhatItsTimeHasOutlived() {
        rig.open(set("short", "1", 500), set("long", "1", 5_000));
        Owner owner = rig.settled();
        assertEquals(2, rig.expectedRows().size());
        rig.wal.at(START_MS + 500).append(Control.HEARTBEAT);

        owner.settle();

        StateChecker.check(rig);
        assertEquals(
                List.of(RowKeys.key(Bytes.utf8("long"))),
                List.copyOf(rig.expectedRows().keySet()));
    }

    @Test
    void aDrainedWalIsCommittedAtOnceAndTheNextCommitKeepsItsDistance() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.clock.advanceNanos(Duration.ofMillis(2).toNanos());
        rig.append(set("a", "2"));
        owner.until(Phase.FOLDING).until(Phase.READING);
        assertEquals(2, rig.checkpoints().size(), "no time passes before the commit of a lone entry");

        rig.append(set("a", "3"));
        assertEquals(Duration.ofMillis(2).toNanos(), owner.step(), "the next transaction is held back");
        assertEquals(2, rig.checkpoints().size());
        owner.settle();
        assertEquals(3, rig.checkpoints().size());
    }

    @Test
    void entriesThatKeepComingAreCommittedWhenTheirTimeIsOver() {
        rig.log.setPollRecords(1);
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.clock.advanceNanos(Duration.ofMillis(2).toNanos());
        for (int i = 0; i < 7; i++) {
            rig.append(set("a", "v" + i), set("b", "v" + i));
            owner.step();
            rig.clock.advanceNanos(Duration.ofMillis(10).toNanos());
        }
        assertEquals(2, rig.checkpoints().size(), "one commit in 70 ms");
        owner.settle();
        StateChecker.check(rig);
    }

    @Test
    void aBatchIsBoundedInRowsAndInBytes() {
        rig.config = rig.config.withBatch(Duration.ofHours(1), 10, Long.MAX_VALUE);
        rig.open();
        rig.wal.append(IntStream.range(0, 100).mapToObj(i -> set("k" + i, "v")).toList());
        Owner owner = rig.settled();
        assertEquals(10, rig.checkpoints().size(), "ten rows each, the opening with the first");
        owner.finish();

        rig.config = rig.config.withBatch(Duration.ofHours(1), Integer.MAX_VALUE, 100_000);
        rig.wal.append(IntStream.range(0, 10)
                .mapToObj(i -> set("big" + i, "x".repeat(50_000)))
                .toList());
        rig.settled();
        assertEquals(15, rig.checkpoints().size(), "two of 50 KB each");
        StateChecker.check(rig);
    }

    @Test
    void aLargeCollectionGoesAsAStreamOfTombstones() {
        rig.open(push("list", strings(500)));
        Owner owner = rig.settled();
        rig.append(set("list", "now a string"));

        owner.settle();

        StateChecker.check(rig);
        List<LogRecord> tombstones =
                rig.published().stream().filter(each -> each.value() == null).toList();
        assertEquals(500, tombstones.size());
        assertEquals(Bytes.utf8("type_change"), tombstones.getFirst().headers().get(Headers.REASON));
        assertEquals(Bytes.utf8("list_item"), tombstones.getFirst().headers().get(Headers.KIND));
        assertEquals(Bytes.utf8("3"), tombstones.getFirst().headers().get(Headers.SEQUENCE));
    }

    @Test
    void rejectedEntriesAreCountedByReasonAndTheFoldGoesOn() {
        rig.open(set("a", "1"), push("a", "x"), push("a", "y"), set("b", "1"));
        rig.wal.append(new WalRecord.DocSet(Bytes.utf8("c"), Bytes.utf8("1"), Bytes.utf8("no json")));

        Owner owner = rig.settled();

        StateChecker.check(rig);
        assertEquals(
                Map.of("wrong_type", 2L, "invalid_json", 1L),
                owner.progress().counts().rejected());
    }

    @Test
    void entriesControlsDuplicatesAndCommitsAreCounted() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        WalEntry again = new WalEntry(1, 2, START_MS, set("a", "1"));
        rig.wal.put(again).append(Control.HEARTBEAT);
        owner.settle();

        var counts = owner.progress().counts();
        assertEquals(3, counts.entries());
        assertEquals(2, counts.controls());
        assertEquals(1, counts.duplicates());
        assertEquals(2, counts.commits());
        StateChecker.check(rig);
    }

    @Test
    void progressSaysHowFarTheShardIs() {
        rig.open(set("a", "1"), set("b", "1"));
        long committedAtMs = rig.clock.millis();
        Owner owner = rig.settled();

        var progress = owner.progress();
        assertEquals(1, progress.epoch());
        assertEquals(3, progress.sequence());
        assertEquals(rig.checkpoints().getLast().position(), progress.position());
        assertEquals(2, progress.rows());
        assertEquals(rig.store.position().digest(), progress.digest());
        assertEquals(rig.store.position().snapshot().offset(), progress.snapshotOffset());
        assertEquals(committedAtMs, progress.committedAtMs());
        assertEquals(0, progress.lagRecords());
        assertEquals(0, progress.lagMs());
    }

    @Test
    void aShardCatchesUpFirstAndIsReadableMeanwhile() {
        rig.open(set("a", "1"));
        rig.settled().finish();
        rig.config = rig.config.withBatch(Duration.ZERO, 1, 1);
        rig.append(set("a", "2"), set("b", "1"), set("c", "1"));
        Owner owner = rig.owner();
        while (!(owner.board.access() instanceof ShardAccess.Served)) {
            assertEquals(ShardState.STARTING, owner.board.state());
            owner.step();
        }
        assertEquals(ShardState.CATCHING_UP, owner.board.state());
        try (StoreView view = owner.view()) {
            assertEquals(1, MaterializerRig.rows(view).size(), "the state at the checkpoint found");
        }
        owner.settle();
        assertEquals(ShardState.RUNNING, owner.board.state());
        rig.append(set("d", "1"), set("e", "1"));
        owner.step();
        assertEquals(ShardState.RUNNING, owner.board.state(), "what is left is ordinary lag");
    }

    @Test
    void aShardWithoutAnyEntryIsNotReadableYetAndSaysWhy() {
        Owner owner = rig.owner();
        owner.until(Phase.READING).step();
        assertEquals(ShardState.STARTING, owner.board.state());
        assertEquals("waiting for the first entry of db.wal-0", owner.status().reason());
        assertNull(owner.status().progress());
        rig.open();
        owner.settle();
        assertEquals(ShardState.RUNNING, owner.board.state());
        StateChecker.check(rig);
    }

    @Test
    void aViewKeepsItsStateWhateverIsCommittedMeanwhile() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        try (StoreView view = owner.view()) {
            rig.append(set("a", "2"));
            owner.settle();
            SnapshotRow.Key row = (SnapshotRow.Key) Objects.requireNonNull(view.find(RowKeys.key(Bytes.utf8("a"))));
            assertEquals(Bytes.utf8("1"), row.value());
            assertEquals(2, Objects.requireNonNull(view.position().checkpoint()).sequence());
        }
    }

    @Test
    void aShardGivenUpHasNoViewsAndItsStoreIsClosed() {
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        var served = (ShardAccess.Served) owner.board.access();

        owner.finish();

        assertFalse(rig.store.isOpen());
        assertEquals(ShardState.ELSEWHERE, owner.board.state());
        assertThrows(CdcException.Unavailable.class, () -> served.views().open());
    }

    @Test
    void finishingCommitsWhatIsUnderWay() {
        rig.log.setPollRecords(1);
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.append(set("b", "1"), set("c", "1"));
        owner.until(Phase.FOLDING);

        owner.finish();

        assertTrue(owner.loop.ended());
        assertEquals(2, rig.checkpoints().size());
        assertEquals(3, rig.checkpoints().getLast().sequence(), "the one entry that was folded");
        rig.settled();
        StateChecker.check(rig);
    }

    @Test
    void anAbandonedShardCommitsNothingMore() {
        rig.log.setPollRecords(1);
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        rig.append(set("b", "1"), set("c", "1"));
        owner.until(Phase.FOLDING);

        owner.loop.abandon();
        owner.step();

        assertTrue(owner.loop.ended());
        assertFalse(rig.store.isOpen());
        assertEquals(1, rig.checkpoints().size());
    }

    @Test
    void theStoreIsFlushedAfterSoManyBytesOrSomeTimeAfterAChange() {
        rig.config = rig.config.withFlush(10_000, Duration.ofSeconds(30));
        rig.open(set("a", "1"));
        Owner owner = rig.settled();
        assertEquals(0, rig.store.flushes());
        rig.append(set("big", "x".repeat(20_000)));
        owner.settle().step();
        rig.clock.advanceNanos(Duration.ofMillis(2).toNanos());
        owner.step();
        assertEquals(1, rig.store.flushes(), "by bytes");

        rig.append(set("a", "2"));
        owner.settle();
        rig.clock.advanceNanos(Duration.ofSeconds(30).toNanos());
        owner.step();
        assertEquals(2, rig.store.flushes(), "by time");

        rig.wal.append(Control.HEARTBEAT);
        owner.settle();
        rig.clock.advanceNanos(Duration.ofHours(1).toNanos());
        owner.step();
        assertEquals(2, rig.store.flushes(), "nothing has changed");
    }

    @Test
    void recordsCarryTheOwnersTime() {
        rig.open(set("a", "1"));
        long committedAtMs = rig.clock.millis();
        rig.settled();
        rig.published().forEach(each -> assertEquals(committedAtMs, each.timestampMs()));
    }

    private static String[] strings(int count) {
        return IntStream.range(0, count).mapToObj(i -> "item" + i).toArray(String[]::new);
    }
}
