package dev.kora.cdc.consumer.shard;

import dev.kora.cdc.schema.SnapshotRow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a shard is: what it does, and how far it has come.
 *
 * @param reason why it is in this state, in a sentence; empty where there is nothing to say (running)
 * @param progress how far it has come; null as long as nothing is known of it here (elsewhere, before the first checkpoint)
 * @param halt why it is halted; null in every other state
 * @param skips entries of the WAL that were skipped, as of the last commit; null where none was
 * @param truncation of its WAL; null as long as nothing is known of it here
 */
public record ShardStatus(
        int shard,
        ShardState state,
        String reason,
        @Nullable Progress progress,
        @Nullable Halt halt,
        SnapshotRow.@Nullable Skips skips,
        @Nullable TruncationStatus truncation) {

    /** A shard that is not halted, in which nothing was skipped, and of whose truncation nothing is known. */
    public ShardStatus(int shard, ShardState state, String reason, @Nullable Progress progress) {
        this(shard, state, reason, progress, null, null, null);
    }

    /**
     * How far a shard has come, as of its last commit.
     *
     * @param epoch of the last applied entry; 0 before the first
     * @param sequence of the last applied entry; 0 before the first
     * @param position offset of the next WAL entry to apply
     * @param logStart first offset that the WAL partition still has
     * @param logEnd last stable offset of the WAL partition, as far as it has been seen; never before {@code position}
     * @param lagRecords entries committed to the WAL and not applied, counted in sequences; -1 where unknown, as while the
     *     WAL's end cannot be seen
     * @param lagMs milliseconds from the time of the last applied entry to that of the last committed one, or to now
     *     while the latter is unknown; 0 when nothing waits
     * @param snapshotOffset offset in the compacted partition just behind the last checkpoint
     * @param rows number of rows in the store, without the checkpoint
     * @param digest over these rows, as an unsigned 64-bit number
     * @param committedAtMs wall-clock time of the last commit in milliseconds since 1970; 0 before the first one here
     * @param counts what this process has counted since it owns the shard, up to the last commit
     */
    public record Progress(
            long epoch,
            long sequence,
            long position,
            long logStart,
            long logEnd,
            long lagRecords,
            long lagMs,
            long snapshotOffset,
            long rows,
            long digest,
            long committedAtMs,
            Counts counts) {}

    /**
     * Counters of a shard since this process owns it; they never go back.
     *
     * @param entries WAL entries applied
     * @param controls those among them that are no mutations: heartbeats, openings, truncation markers
     * @param duplicates WAL entries dropped, since they had been applied before
     * @param rejected WAL entries whose effect the semantics refuse, by reason (lower-case words joined by underscores)
     * @param commits commits that succeeded
     * @param commitNanos time spent in them, in nanoseconds
     */
    public record Counts(
            long entries, long controls, long duplicates, Map<String, Long> rejected, long commits, long commitNanos) {
        public static final Counts NONE = new Counts(0, 0, 0, Map.of(), 0, 0);

        public Counts {
            rejected = Map.copyOf(rejected);
        }
    }
}
