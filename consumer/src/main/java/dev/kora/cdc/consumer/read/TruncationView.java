package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.TruncationReport;
import dev.kora.cdc.consumer.shard.TruncationStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an owner saw of a shard's WAL as the HTTP API shows it: {@link TruncationReport} in one object. The JSON properties are the names
 * of the components in lower case with underscores; what is not known is left out.
 *
 * @param limit what keeps the floor from being higher
 * @param limitedBy the same in words
 * @param offsets number of offsets before the floor
 * @param bytesOnDisk of the partition
 * @param freesBytes about so many go with the records
 * @param freesSegments about so many whole segments become free
 * @param holds groups that are not to be overtaken, and what each has committed
 */
record TruncationView(
        long logStart,
        long logEnd,
        long floor,
        String limit,
        String limitedBy,
        long offsets,
        @Nullable Long truncatedTo,
        @Nullable Long bytesOnDisk,
        @Nullable Long freesBytes,
        @Nullable Long freesSegments,
        @Nullable Long segmentBytes,
        List<TruncationReport.Hold> holds,
        @Nullable String note) {

    static TruncationView of(TruncationReport report) {
        TruncationReport.Freed freed = report.freed();
        return new TruncationView(
                report.logStart(),
                report.logEnd(),
                report.floor(),
                report.limit(),
                report.words(),
                report.offsets(),
                report.truncatedTo(),
                freed == null ? null : freed.bytesOnDisk(),
                freed == null ? null : freed.bytes(),
                freed == null ? null : freed.segments(),
                freed == null ? null : freed.segmentBytes(),
                report.holds(),
                report.note().isEmpty() ? null : report.note());
    }

    /**
     * How the truncation of a shard is, as {@code /api/shards} shows it.
     *
     * @param trouble why it cannot be truncated at the moment
     * @param last what the owner saw when it looked last
     */
    record Status(
            @Nullable Long marker,
            @Nullable Long truncatedTo,
            long truncations,
            long failures,
            @Nullable String trouble,
            @Nullable TruncationView last) {

        static @Nullable Status of(@Nullable TruncationStatus status) {
            return status == null
                    ? null
                    : new Status(
                            status.marker(),
                            status.truncatedTo(),
                            status.truncations(),
                            status.failures(),
                            status.trouble().isEmpty() ? null : status.trouble(),
                            status.last() == null ? null : TruncationView.of(status.last()));
        }
    }
}
