package dev.kora.cdc.consumer.truncation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Remembers just enough of the checkpoints that an owner has committed to know the newest one that is old enough: their rows
 * have had the time to reach every replica's disk. Not thread-safe.
 *
 * <p>The time is that of a clock which never goes back. It is cut into slices of a sixteenth of the age; of each slice the newest
 * checkpoint is kept, with the time when <i>it</i> was committed. So there are never more than some twenty, and what is called
 * ripe is ripe; a checkpoint in between may be overlooked for the length of a slice.
 *
 * <p>What was committed before a takeover is as old as that takeover, for its own time is that of another machine's clock.
 */
public final class RipeCheckpoints {
    private static final int SLICES = 16;

    /**
     * A checkpoint that was committed.
     *
     * @param position what stands before it in the WAL is covered
     * @param snapshotOffset just behind it in the compacted partition
     * @param committedAtNanos not before it was committed
     */
    public record Committed(long position, long snapshotOffset, long committedAtNanos) {}

    private final long minAgeNanos;
    private final long sliceNanos;
    private final ArrayDeque<Committed> young = new ArrayDeque<>();
    private Optional<Committed> ripe = Optional.empty();

    public RipeCheckpoints(Duration minAge) {
        this.minAgeNanos = minAge.toNanos();
        this.sliceNanos = Math.max(1, minAgeNanos / SLICES);
    }

    /** Forgets everything: another owner may have been at work since. */
    public void clear() {
        young.clear();
        ripe = Optional.empty();
    }

    /** A checkpoint was committed just now, or found at a takeover. Each is further than the one before. */
    public void add(long position, long snapshotOffset, long nowNanos) {
        ripen(nowNanos);
        Committed last = young.peekLast();
        if (last != null && slice(last.committedAtNanos) == slice(nowNanos)) {
            young.removeLast();
        }
        young.addLast(new Committed(position, snapshotOffset, nowNanos));
    }

    private long slice(long nanos) {
        return Math.floorDiv(nanos, sliceNanos);
    }

    /** The newest one that is known to be old enough; empty where there is none yet. */
    public Optional<Committed> newest(long nowNanos) {
        ripen(nowNanos);
        return ripe;
    }

    private void ripen(long nowNanos) {
        Committed first = young.peekFirst();
        while (first != null && nowNanos - first.committedAtNanos >= minAgeNanos) {
            ripe = Optional.of(young.removeFirst());
            first = young.peekFirst();
        }
    }

    /** How many are remembered. */
    int size() {
        return young.size() + (ripe.isPresent() ? 1 : 0);
    }
}
