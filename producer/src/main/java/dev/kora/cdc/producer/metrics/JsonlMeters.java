package dev.kora.cdc.producer.metrics;

import dev.kora.cdc.producer.source.jsonl.JsonlSource;
import dev.kora.cdc.producer.source.jsonl.JsonlStatus;
import dev.kora.cdc.server.metrics.Metrics;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToLongFunction;

/** Binds how far the reading of JSON Lines has come. */
public final class JsonlMeters {
    private JsonlMeters() {}

    /** Binds the numbers of a source; to be called once. */
    public static void bind(JsonlSource source, Metrics metrics) {
        counter(source, metrics, "appended", JsonlStatus::appended);
        counter(source, metrics, "skipped", JsonlStatus::skipped);
        counter(source, metrics, "rejected", JsonlStatus::rejected);
    }

    private static void counter(
            JsonlSource source, Metrics metrics, String outcome, ToLongFunction<JsonlStatus> value) {
        metrics.counter(
                "source.lines",
                "Lines of JSON read, by what became of them",
                Tags.of("outcome", outcome),
                () -> value.applyAsLong(source.status()));
    }
}
