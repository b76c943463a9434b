package dev.kora.cdc.consumer.materializer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.consumer.materializer.ShardBoard.LastEntry;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** That what is told of a shard goes together, though it comes from two threads and at different times. */
final class ShardBoardTest {
    private static final long NOW_MS = 10_000;

    private final ShardBoard board = new ShardBoard(new LogPartition("db.wal", 3));

    @Test
    void theLogNeverEndsBeforeWhatWasReadOfIt() {
        board.seen(new LogEnds(0, 10, 10), null);
        board.applied(checkpoint(20, 8, 9_000), 5, NOW_MS);
        assertEquals(20, progress().logEnd());
        assertEquals(20, progress().position());
        assertEquals(0, progress().lagRecords());
        assertEquals(0, progress().lagMs());
        board.readTo(21);
        assertEquals(21, progress().logEnd(), "behind the commit's control record");
    }

    @Test
    void lagIsWhatWasSeenBehindTheLastCommit() {
        board.applied(checkpoint(20, 8, 9_000), 5, NOW_MS);
        board.seen(new LogEnds(2, 30, 31), new LastEntry(15, 9_700));
        assertEquals(2, progress().logStart());
        assertEquals(30, progress().logEnd());
        assertEquals(7, progress().lagRecords());
        assertEquals(700, progress().lagMs());
    }

    @Test
    void whatCannotBeSeenIsUnknownAndNotNothing() {
        board.serving(ShardState.RUNNING, () -> {
            throw new AssertionError("nobody reads here");
        });
        board.applied(checkpoint(20, 8, 9_000), 5, NOW_MS);
        board.seen(new LogEnds(2, 20, 20), null);
        board.unseen("no leader");
        assertEquals(-1, progress().lagRecords());
        assertEquals(1_000, progress().lagMs(), "at most");
        assertEquals("the end of db.wal-3 cannot be seen: no leader", status().reason());
        board.seen(new LogEnds(2, 20, 20), null);
        assertEquals(0, progress().lagRecords());
        assertEquals("", status().reason());
    }

    @Test
    void countsAreThoseUpToTheCheckpoint() {
        board.counters().addEntries(8, 1);
        board.applied(checkpoint(20, 8, 9_000), 5, NOW_MS);
        board.counters().addEntries(2, 0);
        assertEquals(8, progress().sequence());
        assertEquals(8, progress().counts().entries());
    }

    private ShardStatus status() {
        return board.status(NOW_MS);
    }

    private ShardStatus.Progress progress() {
        return Objects.requireNonNull(status().progress());
    }

    private static SnapshotRow.Checkpoint checkpoint(long position, long sequence, long timeMs) {
        return new SnapshotRow.Checkpoint(position, 0, "wal-id", 1, null, null, 0, 0, 0, sequence, timeMs);
    }
}
