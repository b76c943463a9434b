package dev.kora.cdc.consumer.materializer;

import java.time.Duration;

/** Ever longer rests between tries, each twice the one before, until something works. */
final class Backoff {
    private static final long FIRST_NANOS = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

    private final long firstNanos;
    private final long longestNanos;
    private long nextNanos;

    /** Rests from 10 ms to 1 s. */
    Backoff() {
        this(FIRST_NANOS, LONGEST_NANOS);
    }

    Backoff(long firstNanos, long longestNanos) {
        this.firstNanos = firstNanos;
        this.longestNanos = longestNanos;
        this.nextNanos = firstNanos;
    }

    /** How long to rest now, in nanoseconds. */
    long next() {
        long nanos = nextNanos;
        nextNanos = Math.min(longestNanos, nanos * 2);
        return nanos;
    }

    void reset() {
        nextNanos = firstNanos;
    }
}
