package dev.kora.cdc.stack;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.Objects;

/**
 * Holds the checkpoints of a compacted partition to what one owner at a time makes of them: each is further than the one before it. A commit
 * of a former owner behind one of its successor's would not be. Invariant I8 of docs/architecture.md.
 */
public final class CheckpointChecker {
    private CheckpointChecker() {}

    /** Reads the partition, read committed, and checks it; returns how many checkpoints there are. */
    public static long check(Log log, LogPartition partition) {
        LogEnds ends = log.ends(partition);
        long checkpoints = 0;
        long sequence = 0;
        long position = 0;
        try (LogReader reader = log.openReader(partition, LogPosition.of(ends.start()))) {
            while (reader.position().offset() < ends.lastStable()) {
                for (LogRecord each : reader.poll(Duration.ofSeconds(1))) {
                    if (RowKeys.CHECKPOINT.equals(each.key())) {
                        SnapshotRow.Checkpoint found = checkpoint(each);
                        if (found.sequence() <= sequence || found.position() <= position) {
                            throw new AssertionError(
                                    "%s offset %d: a checkpoint at sequence %d, position %d behind one at %d, %d"
                                            .formatted(
                                                    partition,
                                                    each.offset(),
                                                    found.sequence(),
                                                    found.position(),
                                                    sequence,
                                                    position));
                        }
                        sequence = found.sequence();
                        position = found.position();
                        checkpoints++;
                    }
                }
            }
        }
        return checkpoints;
    }

    private static SnapshotRow.Checkpoint checkpoint(LogRecord logged) {
        return (SnapshotRow.Checkpoint)
                WalState.ROW_CODEC.decode(RowKeys.CHECKPOINT, Objects.requireNonNull(logged.value()));
    }
}
