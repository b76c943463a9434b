package dev.kora.cdc.consumer.materializer;

import java.time.Duration;

/**
 * How long an owner that was fenced leaves its shard alone: twice as long as the last time, up to a minute, unless that is long
 * ago. Two who take the shard from each other must not do it for ever. Not thread-safe.
 */
final class Absence {
    private static final long FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(1).toNanos();

    private long untilNanos;
    /** How long the last one was; 0 where there was none. */
    private long lengthNanos;

    void begin(long nowNanos) {
        boolean again = lengthNanos > 0 && nowNanos - untilNanos < LONGEST_NANOS;
        lengthNanos = again ? Math.min(2 * lengthNanos, LONGEST_NANOS) : FIRST_NANOS;
        untilNanos = nowNanos + lengthNanos;
    }

    /** What is left of it; 0 where it is over. */
    long leftNanos(long nowNanos) {
        return Math.max(0, untilNanos - nowNanos);
    }
}
