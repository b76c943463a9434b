package dev.kora.cdc.consumer.materializer;

import java.time.Duration;

/** Ever longer rests between tries, from 10 ms to 1 s, until something works. */
final class Backoff {
    private static final long FIRST_NANOS = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

    private long nextNanos = FIRST_NANOS;

    /** How long to rest now, in nanoseconds. */
    long next() {
        long nanos = nextNanos;
        nextNanos = Math.min(LONGEST_NANOS, nanos * 2);
        return nanos;
    }

    void reset() {
        nextNanos = FIRST_NANOS;
    }
}
