package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.producer.SourceReport;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the source of a shard stands.
 *
 * @param file being read
 * @param offset of the next frame in it
 * @param behindBytes of the log that were not read yet
 * @param records taken since the start of this process
 * @param skipped records left out for being beyond the limits
 * @param inSnapshot whether it is still reading {@code shard.rdb}
 * @param haltReason why it reads no further; null while it does
 */
public record FollowerStatus(
        int shard,
        Path file,
        long offset,
        long behindBytes,
        long records,
        long skipped,
        boolean inSnapshot,
        @Nullable String haltReason) {

    static FollowerStatus starting(int shard, Path file) {
        return new FollowerStatus(shard, file, 0, 0, 0, 0, false, null);
    }

    FollowerStatus halt(String reason) {
        return new FollowerStatus(shard, file, offset, behindBytes, records, skipped, inSnapshot, reason);
    }

    SourceReport.Shard report() {
        return new SourceReport.Shard(
                shard,
                halted() ? SourceReport.State.HALTED : SourceReport.State.RUNNING,
                haltReason == null ? "" : haltReason,
                inSnapshot ? "the engine's snapshot, then " + file : "%s, offset %d".formatted(file, offset),
                records,
                skipped,
                behindBytes);
    }

    public boolean halted() {
        return haltReason != null;
    }

    /** Whether everything that stands in the files now was taken. */
    public boolean caughtUp() {
        return haltReason == null && !inSnapshot && behindBytes == 0;
    }
}
