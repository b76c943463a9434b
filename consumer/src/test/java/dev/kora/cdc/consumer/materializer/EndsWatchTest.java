package dev.kora.cdc.consumer.materializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That each shard's end is looked at, whatever becomes of the others. */
final class EndsWatchTest {
    private final MaterializerRig rig = new MaterializerRig();
    private final List<ShardBoard> boards = IntStream.range(0, 2)
            .mapToObj(shard -> new ShardBoard(new LogPartition("db.wal", shard)))
            .toList();
    private final EndsWatch watch = new EndsWatch(
            new MaterializerSetup(
                    rig.config,
                    rig.log,
                    MaterializerRig.WAL_CODEC,
                    MaterializerRig.ROW_CODEC,
                    shard -> rig.store.open(),
                    rig.clock,
                    rig.clock),
            boards::get);

    @BeforeEach
    void append() {
        for (ShardBoard board : boards) {
            new WalScript(rig.log, board.wal(), MaterializerRig.WAL_CODEC)
                    .open()
                    .append(MaterializerRig.set("a", "1"));
            board.applied(new SnapshotRow.Checkpoint(1, 0, "wal-id", 1, null, null, 0, 0, 0, 1, 0), 0, 0);
        }
    }

    @Test
    void tellsWhatWaits() {
        watch.look();
        boards.forEach(board -> assertEquals(1, progress(board).lagRecords()));
        boards.forEach(board -> assertEquals(rig.log.topicId("db.snapshot"), board.snapshotTopicId()));
    }

    @Test
    void aPartitionThatCannotBeSeenKeepsNoOtherFromBeingSeen() {
        rig.log.failNext(Op.ENDS, Kind.TIMED_OUT);
        watch.look();
        assertEquals(-1, progress(boards.get(0)).lagRecords());
        assertTrue(boards.get(0).status(0).reason().contains("the end of db.wal-0 cannot be seen: "));
        assertEquals(1, progress(boards.get(1)).lagRecords());
        watch.look();
        assertEquals(1, progress(boards.get(0)).lagRecords());
    }

    @Test
    void whileTheLogIsAwayNobodyKnowsAndNobodyIsAskedTwice() {
        rig.log.setAvailable(false);
        long asked = rig.log.calls(Op.ENDS);
        watch.look();
        boards.forEach(board -> assertEquals(-1, progress(board).lagRecords()));
        assertEquals(asked, rig.log.calls(Op.ENDS));
    }

    @Test
    void aBugIsNoReasonNotToLookAgain() {
        rig.log.beforeNext(Op.ENDS, () -> {
            throw new IllegalStateException("a bug");
        });
        watch.look();
        assertEquals(-1, progress(boards.get(0)).lagRecords());
        assertEquals(1, progress(boards.get(1)).lagRecords());
    }

    private static ShardStatus.Progress progress(ShardBoard board) {
        return Objects.requireNonNull(board.status(0).progress());
    }
}
