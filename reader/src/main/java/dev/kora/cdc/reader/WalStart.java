package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/**
 * Where the reading of a shard's WAL starts, and what is known of the log before it.
 *
 * @param topicId id of the WAL topic that the position belongs to
 * @param epoch of the last entry before the position; 0 at the beginning of the log; negative where unknown
 * @param sequence of the last entry before the position; 0 at the beginning of the log
 * @param passed what entries leave open that were skipped between that one and the position; null where there are none
 * @param seenFrom all entries of this epoch from this sequence on have been read; of those before it that is not known
 */
public record WalStart(
        String topicId,
        LogPosition position,
        long epoch,
        long sequence,
        @Nullable Passed passed,
        long seenFrom) {
    private static final long UNKNOWN = -1;

    /** A start just behind an entry. */
    WalStart(String topicId, LogPosition position, long epoch, long sequence) {
        this(topicId, position, epoch, sequence, null, 0);
    }

    /** Goes on from a checkpoint. */
    public static WalStart at(SnapshotRow.Checkpoint checkpoint) {
        SnapshotRow.Skips open = checkpoint.openSkips();
        return new WalStart(
                checkpoint.walTopicId(),
                new LogPosition(checkpoint.position(), checkpoint.leaderEpoch()),
                checkpoint.epoch(),
                checkpoint.sequence(),
                open == null ? null : new Passed(open.epoch(), open.sequence(), open.unread()),
                seenFrom(checkpoint));
    }

    private static long seenFrom(SnapshotRow.Checkpoint checkpoint) {
        SnapshotRow.Skips skips = checkpoint.skips();
        if (skips == null) {
            return 0;
        }
        return checkpoint.openSkips() == null ? skips.sequence() : checkpoint.sequence() + 1;
    }

    /** Reads from {@code logStart}, which must hold the first entry that the shard ever had. */
    public static WalStart atBeginning(String topicId, long logStart) {
        return new WalStart(topicId, LogPosition.of(logStart), 0, 0);
    }

    /** Reads from an offset in the middle of the log; the first entry is taken as it comes. */
    public static WalStart anywhere(String topicId, LogPosition position) {
        return new WalStart(topicId, position, UNKNOWN, UNKNOWN);
    }

    SequenceCheck newCheck() {
        return epoch == UNKNOWN
                ? SequenceCheck.fromAnywhere()
                : SequenceCheck.after(epoch, sequence).resumed(passed, seenFrom);
    }
}
