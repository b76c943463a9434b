package dev.kora.cdc.consumer.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an owner found when it looked how far a shard's WAL may be deleted, and what it did.
 *
 * @param logStart first offset of the WAL before anything was done
 * @param logEnd last stable offset of the WAL
 * @param floor nothing from this offset on may be deleted; below {@code logStart} where nothing at all may
 * @param limit what keeps the floor from being higher, in lower-case words joined by underscores; see {@link
 *     dev.kora.cdc.consumer.truncation.Limit}
 * @param words the same as a sentence without its full stop
 * @param truncatedTo first offset of the WAL since; null where nothing was deleted
 * @param freed what goes with the records before the floor; null where the size of the partition was not asked for
 * @param holds the groups that are not to be overtaken
 * @param note what could not be found out, in a sentence; empty where all could
 */
public record TruncationReport(
        long logStart,
        long logEnd,
        long floor,
        String limit,
        String words,
        @Nullable Long truncatedTo,
        @Nullable Freed freed,
        List<Hold> holds,
        String note) {

    public TruncationReport {
        holds = List.copyOf(holds);
    }

    /** Number of offsets before the floor that are still there, or were. */
    public long offsets() {
        return Math.max(0, floor - logStart);
    }

    /**
     * What a deletion gives back, estimated.
     *
     * @param bytesOnDisk of the partition, before anything was done
     * @param bytes about so many go with the records
     * @param segments about so many whole segments become free, minutes later
     * @param segmentBytes size of a whole segment
     */
    public record Freed(long bytesOnDisk, long bytes, long segments, long segmentBytes) {}

    /**
     * A consumer group that is not to be overtaken.
     *
     * @param offset that it has committed; null where it never has
     */
    public record Hold(String group, @Nullable Long offset) {}
}
