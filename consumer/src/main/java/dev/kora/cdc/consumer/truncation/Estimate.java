package dev.kora.cdc.consumer.truncation;

import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogSize;

/**
 * What deleting before an offset gives back, as far as it can be told from outside: Kafka tells how large a partition is, and not
 * where its segments begin. So bytes are taken to be spread evenly over the offsets. What was deleted and is not freed yet makes the
 * estimates too large, by less than a segment once Kafka has come to it.
 *
 * @param bytes about so many go with the records
 * @param segments about so many whole segments become free, which is what the disk gets back, minutes later
 */
public record Estimate(long bytes, long segments) {

    /** What deleting before {@code offset} gives back. */
    public static Estimate of(LogSize size, LogEnds ends, long offset) {
        long all = Math.max(1, ends.highWatermark() - ends.start());
        long part = Math.clamp(offset - ends.start(), 0, all);
        long bytes = (long) (size.bytes() * ((double) part / all));
        return new Estimate(bytes, bytes / Math.max(1, size.segmentBytes()));
    }

    /** Where the log would have to begin to take no more than {@code maxBytes}. */
    public static long startFor(long maxBytes, LogSize size, LogEnds ends) {
        if (size.bytes() <= maxBytes) {
            return ends.start();
        }
        double staying = (double) maxBytes / size.bytes();
        return ends.highWatermark() - (long) ((ends.highWatermark() - ends.start()) * staying);
    }
}
