package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.Control;
import java.time.Duration;

/**
 * Moves event time on in quiet shards: keys end by the times of entries, and where no entries come, heartbeats stand in for
 * them. For the draining thread, and only while the ring is empty: in an outage they would fill it.
 */
final class Heartbeats {
    /** Between entries of a shard that may hold keys with a time to live. */
    static final long EXPIRING_NANOS = Duration.ofSeconds(1).toNanos();
    /** Between entries of any other shard. */
    static final long QUIET_NANOS = Duration.ofSeconds(30).toNanos();

    private final Intake intake;
    private final ShardSequencer[] sequencers;
    private final ShardProgress[] progress;

    Heartbeats(Intake intake, ShardSequencer[] sequencers, ShardProgress[] progress) {
        this.intake = intake;
        this.sequencers = sequencers;
        this.progress = progress;
    }

    /**
     * Appends those that are due.
     *
     * @return how many
     */
    int append(long nowNanos) {
        int appended = 0;
        for (int shard = 0; shard < sequencers.length; shard++) {
            if (dueInNanos(shard, nowNanos) <= 0 && intake.tryTake(shard, Control.HEARTBEAT)) {
                appended++;
            }
        }
        return appended;
    }

    /** When the next one is due, if nothing else comes. */
    long nextInNanos(long nowNanos) {
        long next = QUIET_NANOS;
        for (int shard = 0; shard < sequencers.length; shard++) {
            next = Math.min(next, dueInNanos(shard, nowNanos));
        }
        // A shard that was busy just now is looked at again soon.
        return Math.max(next, Duration.ofMillis(1).toNanos());
    }

    private long dueInNanos(int shard, long nowNanos) {
        long interval = sequencers[shard].mayExpire() ? EXPIRING_NANOS : QUIET_NANOS;
        return progress[shard].drainedAtNanos() + interval - nowNanos;
    }
}
