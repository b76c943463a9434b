package dev.kora.cdc.producer.metrics;

import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.producer.publisher.PublisherMetrics;
import dev.kora.cdc.server.metrics.Metrics;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Binds what a publisher counts. */
public final class PublisherMeters {
    private PublisherMeters() {}

    /** Binds the numbers of a publisher; to be called once for each. */
    public static void bind(KafkaPublisher publisher, Metrics metrics) {
        bindState(publisher, metrics);
        bindRing(publisher, metrics);
        bindCommits(publisher.metrics(), metrics);
        bindRefusals(publisher.metrics(), metrics);
        for (int shard = 0; shard < publisher.shards(); shard++) {
            bindShard(publisher, shard, metrics);
        }
    }

    private static void bindState(Publisher publisher, Metrics metrics) {
        for (PublisherStatus.State state : PublisherStatus.State.values()) {
            metrics.gauge(
                    "publisher.state",
                    "1 for the state that the publisher is in, 0 for the others",
                    Tags.of("state", state.name().toLowerCase(Locale.ROOT)),
                    () -> publisher.status().state() == state ? 1 : 0);
        }
        metrics.timeGauge(
                "publisher.retrying.since",
                "When the errors began that keep entries from being committed, since 1970; 0 while things work",
                Tags.empty(),
                () -> publisher
                        .status()
                        .retryingSince()
                        .map(Instant::toEpochMilli)
                        .orElse(0L));
    }

    private static void bindRing(Publisher publisher, Metrics metrics) {
        metrics.gauge(
                "publisher.ring.size.bytes",
                "Size of the ring of uncommitted entries",
                Tags.empty(),
                () -> publisher.status().ringBytes());
        metrics.gauge(
                "publisher.ring.used.bytes",
                "Bytes of the ring that hold uncommitted entries",
                Tags.empty(),
                () -> publisher.status().ringUsedBytes());
    }

    private static void bindCommits(PublisherMetrics counts, Metrics metrics) {
        metrics.timer(
                "publisher.commit",
                "Transactions committed to the WAL and the time from their begin to their commit",
                Tags.empty(),
                counts::commits,
                () -> counts.transactionNanos().sum());
        metrics.counter(
                "publisher.entries",
                "Entries committed to the WAL, heartbeats and openings among them",
                Tags.empty(),
                counts::committedEntries);
        metrics.counter("publisher.bytes", "Their bytes in the ring", Tags.empty(), counts::committedBytes);
        metrics.counter("publisher.heartbeats", "Heartbeats appended", Tags.empty(), counts::heartbeats);
        metrics.counter("publisher.aborted", "Transactions aborted and sent again", Tags.empty(), counts::aborted);
        metrics.counter(
                "publisher.reopened", "How often the log's writer was opened anew", Tags.empty(), counts::reopened);
        metrics.counter("publisher.errors", "Failed calls of the log", Tags.empty(), counts::errors);
        metrics.timer(
                "publisher.room.wait",
                "Appends that waited for room in the ring and the time they waited",
                Tags.empty(),
                () -> counts.roomWaitNanos().count(),
                () -> counts.roomWaitNanos().sum());
    }

    private static void bindRefusals(PublisherMetrics counts, Metrics metrics) {
        String help = "Appends that took nothing";
        metrics.counter("publisher.refused", help, Tags.of("reason", "full"), counts::refusedFull);
        metrics.counter("publisher.refused", help, Tags.of("reason", "invalid"), counts::refusedInvalid);
    }

    private static void bindShard(Publisher publisher, int shard, Metrics metrics) {
        gauge(publisher, shard, metrics, "epoch", "Epoch of the writer", PublisherStatus.Shard::epoch);
        gauge(
                publisher,
                shard,
                metrics,
                "sequence",
                "Sequence of the last entry known to be committed",
                PublisherStatus.Shard::committedSequence);
        gauge(
                publisher,
                shard,
                metrics,
                "pending.entries",
                "Entries taken and not known to be committed",
                PublisherStatus.Shard::pendingEntries);
    }

    private static void gauge(
            Publisher publisher,
            int shard,
            Metrics metrics,
            String name,
            String help,
            ToDoubleFunction<PublisherStatus.Shard> value) {
        metrics.gauge(
                "publisher." + name,
                help,
                Tags.of("shard", Integer.toString(shard)),
                () -> value.applyAsDouble(publisher.status().shards().get(shard)));
    }
}
