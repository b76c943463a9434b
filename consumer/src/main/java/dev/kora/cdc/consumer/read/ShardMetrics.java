package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.server.metrics.Metrics;
import io.micrometer.core.instrument.Tags;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the shards: each is read from the shard's status when it is asked for. A gauge of something not known here
 * is NaN; a counter begins anew where a shard is owned anew.
 */
final class ShardMetrics {
    private record Rejection(int shard, String reason) {}

    private final ShardDirectory directory;
    private final InstantSource clock;
    private final Metrics metrics;
    private final ShardInfo info;
    private final Set<Rejection> bound = ConcurrentHashMap.newKeySet();

    ShardMetrics(ShardDirectory directory, InstantSource clock, Metrics metrics) {
        this.directory = directory;
        this.clock = clock;
        this.metrics = metrics;
        this.info = new ShardInfo(directory, clock);
    }

    /** Binds what each shard has; to be called once. */
    void bind() {
        metrics.gauge(
                "shards.halted",
                "Shards that stopped and need an operator",
                Tags.empty(),
                () -> info.statuses().stream()
                        .filter(status -> status.state() == ShardState.HALTED)
                        .count());
        for (int shard = 0; shard < directory.shards(); shard++) {
            bindState(shard);
            bindHalts(shard);
            bindGauges(shard);
            bindCounters(shard);
        }
    }

    /** Binds the reasons for rejecting an entry that have come up since the last call; to be called before a scrape. */
    void refresh() {
        IntStream.range(0, directory.shards()).forEach(shard -> {
            ShardStatus.Progress progress = directory.status(shard).progress();
            if (progress != null) {
                progress.counts().rejected().keySet().forEach(reason -> bindRejection(new Rejection(shard, reason)));
            }
        });
    }

    private void bindState(int shard) {
        for (ShardState state : ShardState.values()) {
            metrics.gauge(
                    "shard.state",
                    "1 for the state that a shard is in, 0 for the others",
                    tags(shard).and("state", state.name().toLowerCase(Locale.ROOT)),
                    () -> directory.status(shard).state() == state ? 1 : 0);
        }
    }

    /** Where a shard is halted; both are told by the topic that it is halted at. */
    private void bindHalts(int shard) {
        for (String topic : List.of("wal", "snapshot")) {
            metrics.gauge(
                    "halted",
                    "1 while a shard is halted at this topic, in its partition; 0 otherwise",
                    tags(shard).and("topic", topic),
                    () -> halt(shard, topic) == null ? 0 : 1);
            metrics.gauge(
                    "halted.offset",
                    "Offset that a shard is halted at in this topic",
                    tags(shard).and("topic", topic),
                    () -> haltedOffset(shard, topic));
        }
        metrics.counter("skipped", "WAL entries ever skipped at an operator's word", tags(shard), () -> skipped(shard));
    }

    private @Nullable Halt halt(int shard, String topic) {
        Halt halt = directory.status(shard).halt();
        return halt != null && halt.topic().endsWith("." + topic) ? halt : null;
    }

    private double haltedOffset(int shard, String topic) {
        Halt halt = halt(shard, topic);
        Long offset = halt == null ? null : halt.offset();
        return offset == null ? Double.NaN : offset;
    }

    private long skipped(int shard) {
        SnapshotRow.Skips skips = directory.status(shard).skips();
        return skips == null ? 0 : skips.count();
    }

    private void bindGauges(int shard) {
        gauge(shard, "epoch", "Epoch of the last applied entry", ShardStatus.Progress::epoch);
        gauge(shard, "sequence", "Sequence of the last applied entry", ShardStatus.Progress::sequence);
        gauge(shard, "position", "Offset of the next WAL entry to apply", ShardStatus.Progress::position);
        gauge(shard, "log.start", "First offset of the WAL partition", ShardStatus.Progress::logStart);
        gauge(shard, "log.end", "Last stable offset of the WAL partition", ShardStatus.Progress::logEnd);
        gauge(shard, "rows", "Rows in the store", ShardStatus.Progress::rows);
        gauge(
                shard,
                "lag.records",
                "Committed WAL entries not yet applied",
                progress -> progress.lagRecords() < 0 ? Double.NaN : progress.lagRecords());
        metrics.gauge("keys", "Live keys", tags(shard), () -> {
            var keys = info.keys(shard);
            return keys.isPresent() ? keys.getAsLong() : Double.NaN;
        });
        metrics.timeGauge(
                "lag",
                "Time of the last committed entry minus that of the last applied one",
                tags(shard),
                () -> known(shard, ShardStatus.Progress::lagMs));
        metrics.timeGauge(
                "checkpoint.age", "Time since the last commit", tags(shard), () -> known(shard, this::checkpointAgeMs));
    }

    private void bindCounters(int shard) {
        counter(shard, "entries", "WAL entries applied", ShardStatus.Counts::entries);
        counter(
                shard,
                "controls",
                "WAL entries applied that are no mutations: heartbeats, openings, truncation markers",
                ShardStatus.Counts::controls);
        counter(
                shard,
                "duplicates",
                "WAL entries dropped since they had been applied before",
                ShardStatus.Counts::duplicates);
        metrics.timer(
                "commit",
                "Commits of the snapshot and the time they took",
                tags(shard),
                () -> count(shard, ShardStatus.Counts::commits),
                () -> count(shard, ShardStatus.Counts::commitNanos));
    }

    private void bindRejection(Rejection rejection) {
        if (bound.add(rejection)) {
            counter(
                    rejection.shard(),
                    "rejected",
                    "WAL entries whose effect the semantics refuse",
                    tags(rejection.shard()).and("reason", rejection.reason()),
                    counts -> counts.rejected().getOrDefault(rejection.reason(), 0L));
        }
    }

    private void gauge(int shard, String name, String help, ToDoubleFunction<ShardStatus.Progress> value) {
        metrics.gauge(name, help, tags(shard), () -> known(shard, value));
    }

    private void counter(int shard, String name, String help, ToLongFunction<ShardStatus.Counts> value) {
        counter(shard, name, help, tags(shard), value);
    }

    private void counter(int shard, String name, String help, Tags tags, ToLongFunction<ShardStatus.Counts> value) {
        metrics.counter(name, help, tags, () -> count(shard, value));
    }

    private double checkpointAgeMs(ShardStatus.Progress progress) {
        return progress.committedAtMs() == 0 ? Double.NaN : Math.max(0, clock.millis() - progress.committedAtMs());
    }

    private double known(int shard, ToDoubleFunction<ShardStatus.Progress> value) {
        ShardStatus.Progress progress = directory.status(shard).progress();
        return progress == null ? Double.NaN : value.applyAsDouble(progress);
    }

    private long count(int shard, ToLongFunction<ShardStatus.Counts> value) {
        ShardStatus.Progress progress = directory.status(shard).progress();
        return progress == null ? 0 : value.applyAsLong(progress.counts());
    }

    private static Tags tags(int shard) {
        return Tags.of("shard", Integer.toString(shard));
    }
}
