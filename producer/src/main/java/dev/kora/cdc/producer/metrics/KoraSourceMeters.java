package dev.kora.cdc.producer.metrics;

import dev.kora.cdc.producer.source.kora.FollowerStatus;
import dev.kora.cdc.producer.source.kora.KoraSource;
import dev.kora.cdc.server.metrics.Metrics;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToLongFunction;

/** Binds how far the following of a Kora directory has come. */
public final class KoraSourceMeters {
    private KoraSourceMeters() {}

    /** Binds the numbers of a source; to be called once for each. */
    public static void bind(KoraSource source, Metrics metrics) {
        for (FollowerStatus status : source.status()) {
            bindShard(source, status.shard(), metrics);
        }
    }

    private static void bindShard(KoraSource source, int shard, Metrics metrics) {
        Tags tags = Tags.of("shard", Integer.toString(shard));
        counter(source, shard, metrics, "records", "Records taken from Kora's files", FollowerStatus::records);
        counter(source, shard, metrics, "skipped", "Records left out as too large", FollowerStatus::skipped);
        metrics.gauge(
                "source.lag.bytes",
                "Bytes of Kora's log not read yet",
                tags,
                () -> source.status().get(shard).behindBytes());
        metrics.gauge(
                "source.halted",
                "1 where the source of a shard has halted",
                tags,
                () -> source.status().get(shard).halted() ? 1 : 0);
    }

    private static void counter(
            KoraSource source,
            int shard,
            Metrics metrics,
            String name,
            String help,
            ToLongFunction<FollowerStatus> value) {
        metrics.counter(
                "source." + name,
                help,
                Tags.of("shard", Integer.toString(shard)),
                () -> value.applyAsLong(source.status().get(shard)));
    }
}
