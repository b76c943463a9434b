package dev.kora.cdc.producer.http;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.Source;
import dev.kora.cdc.producer.SourceReport;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A publisher and its sources as {@code /api/publisher} shows them. The JSON properties are the names of the components in lower
 * case with underscores; states are words in lower case.
 *
 * @param retryingSince since when nothing has been committed for errors that are tried again, in ISO 8601; left out where things
 *     work
 * @param lastError what went wrong last, also where it has been overcome since; left out where nothing did
 */
record PublisherReport(
        String database,
        String state,
        @Nullable String retryingSince,
        @Nullable String lastError,
        long ringBytes,
        long ringUsedBytes,
        long appended,
        long refused,
        long commits,
        long aborted,
        long reopened,
        List<PublisherStatus.Shard> shards,
        List<FedBy> sources) {

    /** See {@link SourceReport}. */
    record FedBy(String name, String state, String reason, long records, List<Shard> shards) {
        static FedBy of(SourceReport report) {
            return new FedBy(
                    report.name(),
                    word(report.state()),
                    report.reason(),
                    report.records(),
                    report.shards().stream().map(Shard::of).toList());
        }
    }

    /** See {@link SourceReport.Shard}. */
    record Shard(int shard, String state, String reason, String position, long records, long skipped, long lagBytes) {
        static Shard of(SourceReport.Shard shard) {
            return new Shard(
                    shard.shard(),
                    word(shard.state()),
                    shard.reason(),
                    shard.position(),
                    shard.records(),
                    shard.skipped(),
                    shard.lagBytes());
        }
    }

    static PublisherReport of(String database, Publisher publisher, List<Source> sources) {
        PublisherStatus status = publisher.status();
        return new PublisherReport(
                database,
                word(status.state()),
                status.retryingSince().map(Instant::toString).orElse(null),
                status.lastError().orElse(null),
                status.ringBytes(),
                status.ringUsedBytes(),
                status.appended(),
                status.refused(),
                status.commits(),
                status.aborted(),
                status.reopened(),
                status.shards(),
                sources.stream().map(source -> FedBy.of(source.report())).toList());
    }

    static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
