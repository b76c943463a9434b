package dev.kora.cdc.producer.source.jsonl;

import java.time.Duration;
import java.util.function.Supplier;

/** Says every few seconds how far the reading has come. Belongs to the reading thread. */
final class JsonlProgress {
    static final Duration EVERY = Duration.ofSeconds(5);

    private final String name;
    private final JsonlCounts counts;
    private final Supplier<String> percent;
    private final Supplier<String> reason;
    private final JsonlSource.Context context;
    private long reportedAtNanos;
    private long reportedLines;

    /**
     * @param percent of the input that was read, with a comma before it; empty where nobody knows
     * @param reason why nothing moves, with a colon before it; empty where nobody knows
     */
    JsonlProgress(
            String name,
            JsonlCounts counts,
            Supplier<String> percent,
            Supplier<String> reason,
            JsonlSource.Context context) {
        this.name = name;
        this.counts = counts;
        this.percent = percent;
        this.reason = reason;
        this.context = context;
        this.reportedAtNanos = context.nanos().getAsLong();
    }

    /** Reports if it is time to. */
    void report() {
        long elapsed = context.nanos().getAsLong() - reportedAtNanos;
        if (elapsed >= EVERY.toNanos()) {
            long lines = counts.lines() - reportedLines;
            String waits = lines > 0 ? "" : ", waits for Kafka" + reason.get();
            context.listener()
                    .notice("%s: %d lines, %d lines/s%s%s"
                            .formatted(name, counts.lines(), Math.round(lines * 1e9 / elapsed), percent.get(), waits));
            reportedAtNanos += elapsed;
            reportedLines += lines;
        }
    }
}
