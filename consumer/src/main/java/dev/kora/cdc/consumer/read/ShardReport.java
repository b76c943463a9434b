package dev.kora.cdc.consumer.read;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A shard as {@code /api/shards} shows it. The JSON properties are the names of the components in lower case with
 * underscores, all in one object; what is not known is left out.
 *
 * @param state see {@link dev.kora.cdc.consumer.shard.ShardState}, in lower case
 * @param reason why it is in this state; empty where there is nothing to say
 * @param keys live keys
 * @param halted what it is halted at
 * @param skipped which entries were skipped
 * @param progress how far it has come
 */
record ShardReport(
        int shard,
        String state,
        String reason,
        @Nullable Long keys,
        @Nullable Halted halted,
        @Nullable Skipped skipped,
        @JsonUnwrapped @Nullable Progress progress) {

    /**
     * What a shard is halted at; see {@link Halt}.
     *
     * @param since in ISO 8601
     */
    record Halted(
            String topic,
            int partition,
            @Nullable Long offset,
            String reason,
            String since,
            boolean skippable,
            List<String> commands) {

        static @Nullable Halted of(@Nullable Halt halt) {
            return halt == null
                    ? null
                    : new Halted(
                            halt.topic(),
                            halt.partition(),
                            halt.offset(),
                            halt.reason(),
                            Instant.ofEpochMilli(halt.sinceMs()).toString(),
                            halt.skippable(),
                            halt.commands());
        }
    }

    /**
     * Entries that were skipped.
     *
     * @param count of all
     * @param offset of the last
     * @param reason why that was
     * @param at when that was, in ISO 8601
     */
    record Skipped(long count, long offset, String reason, String at) {

        static @Nullable Skipped of(SnapshotRow.@Nullable Skips skips) {
            return skips == null
                    ? null
                    : new Skipped(
                            skips.count(),
                            skips.offset(),
                            skips.reason(),
                            Instant.ofEpochMilli(skips.atMs()).toString());
        }
    }

    /**
     * How far a shard has come; see {@link ShardStatus.Progress}.
     *
     * @param digest 16 hexadecimal digits
     * @param controls entries that are no mutations
     * @param checkpointAgeMs milliseconds since the last commit of this process
     * @param rejected entries that the semantics refused, by reason
     */
    record Progress(
            long epoch,
            long sequence,
            long logStart,
            long logEnd,
            long position,
            @Nullable Long lagRecords,
            long lagMs,
            long snapshotOffset,
            long rows,
            String digest,
            @Nullable Long checkpointAgeMs,
            long entries,
            long controls,
            long duplicates,
            Map<String, Long> rejected,
            long commits) {

        static Progress of(ShardStatus.Progress progress, long nowMs) {
            ShardStatus.Counts counts = progress.counts();
            return new Progress(
                    progress.epoch(),
                    progress.sequence(),
                    progress.logStart(),
                    progress.logEnd(),
                    progress.position(),
                    progress.lagRecords() < 0 ? null : progress.lagRecords(),
                    progress.lagMs(),
                    progress.snapshotOffset(),
                    progress.rows(),
                    HexFormat.of().toHexDigits(progress.digest()),
                    progress.committedAtMs() == 0 ? null : Math.max(0, nowMs - progress.committedAtMs()),
                    counts.entries(),
                    counts.controls(),
                    counts.duplicates(),
                    counts.rejected(),
                    counts.commits());
        }
    }

    static ShardReport of(ShardStatus status, OptionalLong liveKeys, long nowMs) {
        return new ShardReport(
                status.shard(),
                status.state().name().toLowerCase(Locale.ROOT),
                status.reason(),
                liveKeys.isPresent() ? liveKeys.getAsLong() : null,
                Halted.of(status.halt()),
                Skipped.of(status.skips()),
                status.progress() == null ? null : Progress.of(status.progress(), nowMs));
    }
}
