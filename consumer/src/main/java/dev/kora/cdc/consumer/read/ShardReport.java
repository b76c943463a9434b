package dev.kora.cdc.consumer.read;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kora.cdc.consumer.shard.ShardStatus;
import java.util.HexFormat;
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
 * @param progress how far it has come
 */
record ShardReport(
        int shard,
        String state,
        String reason,
        @Nullable Long keys,
        @JsonUnwrapped @Nullable Progress progress) {

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
                status.progress() == null ? null : Progress.of(status.progress(), nowMs));
    }
}
