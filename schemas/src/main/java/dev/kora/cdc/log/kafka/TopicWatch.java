package dev.kora.cdc.log.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a topic does not exist. Kafka's consumer does not tell: it waits for ever, and nothing comes. So whoever gets
 * nothing asks here, and is told by one of the next calls. Never waits; not thread-safe.
 */
final class TopicWatch {
    private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final Supplier<KafkaFuture<TopicDescription>> describe;
    private final LongSupplier nanos;
    private @Nullable KafkaFuture<TopicDescription> asked;
    private long askedAtNanos;

    TopicWatch(Supplier<KafkaFuture<TopicDescription>> describe) {
        this(describe, System::nanoTime);
    }

    TopicWatch(Supplier<KafkaFuture<TopicDescription>> describe, LongSupplier nanos) {
        this.describe = describe;
        this.nanos = nanos;
        this.askedAtNanos = nanos.getAsLong() - INTERVAL_NANOS;
    }

    /** What the last question came back with, or null where there was no failure, or no answer yet. */
    @Nullable
    Throwable failure() {
        KafkaFuture<TopicDescription> answer = asked;
        long now = nanos.getAsLong();
        if (answer == null) {
            if (now - askedAtNanos >= INTERVAL_NANOS) {
                asked = describe.get();
                askedAtNanos = now;
            }
            return null;
        }
        if (!answer.isDone()) {
            return null;
        }
        asked = null;
        return causeOf(answer);
    }

    private static @Nullable Throwable causeOf(KafkaFuture<TopicDescription> answer) {
        try {
            answer.getNow(null);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (InterruptedException e) { // it waits for nothing
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
