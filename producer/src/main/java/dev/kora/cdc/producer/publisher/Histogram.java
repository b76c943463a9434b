package dev.kora.cdc.producer.publisher;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts values by their magnitude: bucket <i>i</i> has those of <i>i</i> significant bits, from 2<sup>i-1</sup> to
 * 2<sup>i</sup> - 1; bucket 0 has zero and less. Thread-safe; the parts are read one after the other, not atomically.
 */
public final class Histogram {
    /** Number of buckets. */
    public static final int BUCKETS = 64;

    private final LongAdder[] buckets = new LongAdder[BUCKETS];
    private final LongAdder sum = new LongAdder();

    Histogram() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void record(long value) {
        buckets[value <= 0 ? 0 : Long.SIZE - Long.numberOfLeadingZeros(value)].increment();
        sum.add(value);
    }

    /** The largest value that falls into a bucket. */
    public static long upperBound(int bucket) {
        return (1L << bucket) - 1;
    }

    /** How many values fell into a bucket. */
    public long count(int bucket) {
        return buckets[bucket].sum();
    }

    /** How many values there were. */
    public long count() {
        long count = 0;
        for (LongAdder bucket : buckets) {
            count += bucket.sum();
        }
        return count;
    }

    /** The sum of all values. */
    public long sum() {
        return sum.sum();
    }
}
