package dev.kora.cdc.log;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A wall clock and a nano clock that stand still until a test moves them. Thread-safe. */
public final class ManualClock implements InstantSource, LongSupplier {
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong restNanos = new AtomicLong();

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    /** Moves both clocks on. */
    public void advanceNanos(long by) {
        nanos.addAndGet(by);
        long rest = restNanos.addAndGet(by);
        millis.addAndGet(rest / 1_000_000);
        restNanos.set(rest % 1_000_000);
    }

    /** Sets the wall clock by itself, forward or back. */
    public void jumpMillis(long by) {
        millis.addAndGet(by);
    }
}
