package dev.kora.cdc.stack.config;

import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.topics.TopicLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds settings that cannot go together, though each alone is fine. Pairs count where the process makes use of both and where both
 * can be understood. Belongs to one thread.
 */
final class Conflicts {
    private final Configuration settings;
    private final List<String> problems = new ArrayList<>();

    private Conflicts(Configuration settings) {
        this.settings = settings;
    }

    /** A sentence for each pair: both with their values and where these come from, why not, and what to do. */
    static List<String> of(Configuration settings) {
        Conflicts conflicts = new Conflicts(settings);
        conflicts.replicas();
        conflicts.buffer();
        conflicts.linger();
        conflicts.cache();
        conflicts.ports(Settings.GATEWAY_PORT, Settings.HTTP_PORT);
        conflicts.ports(Settings.RESP_PORT, Settings.HTTP_PORT);
        conflicts.ports(Settings.KAFKA_PORT, Settings.REGISTRY_PORT);
        return conflicts.problems;
    }

    private void add(Setting<?> one, Setting<?> other, String why) {
        problems.add("%s and %s cannot go together: %s".formatted(settings.shown(one), settings.shown(other), why));
    }

    private void replicas() {
        Optional<Integer> insync = settings.find(Settings.MIN_INSYNC_REPLICAS).flatMap(number -> number);
        Optional<Integer> replicas = settings.find(Settings.REPLICATION_FACTOR).flatMap(number -> number);
        int most = TopicLayout.REPLICATED.replicationFactor(); // where nobody sets it
        if (insync.isPresent() && (replicas.isPresent() || insync.get() > most)) {
            TopicLayout.refusal(replicas.orElse(most), insync.get())
                    .ifPresent(why -> add(
                            Settings.REPLICATION_FACTOR, Settings.MIN_INSYNC_REPLICAS, why + "; change one of them"));
        }
    }

    private void buffer() {
        Optional<Integer> shards = settings.find(Settings.SHARDS).flatMap(number -> number);
        Optional<Integer> buffer = settings.find(Settings.PUBLISHER_BUFFER);
        if (shards.isPresent() && buffer.isPresent()) {
            long least = PublisherConfig.leastBufferBytes(shards.get());
            if (buffer.get() < least) {
                add(
                        Settings.PUBLISHER_BUFFER,
                        Settings.SHARDS,
                        "so many shards need a ring of %dKiB at least; enlarge it".formatted(least / 1024));
            }
        }
    }

    /** A transaction that still gathers when its time is over is aborted, again and again. */
    private void linger() {
        Optional<Duration> linger = settings.find(Settings.PUBLISHER_LINGER);
        Optional<Duration> timeout = settings.find(Settings.PUBLISHER_TRANSACTION_TIMEOUT);
        if (linger.isPresent()
                && timeout.isPresent()
                && timeout.get().compareTo(linger.get().multipliedBy(2)) < 0) {
            add(
                    Settings.PUBLISHER_LINGER,
                    Settings.PUBLISHER_TRANSACTION_TIMEOUT,
                    "Kafka would abort what is still gathered; the time-out must be twice the linger at least");
        }
    }

    private void cache() {
        Optional<Long> cache = settings.find(Settings.STORE_CACHE);
        Optional<Long> buffer = settings.find(Settings.STORE_WRITE_BUFFER);
        if (cache.isPresent() && buffer.isPresent() && cache.get() < buffer.get()) {
            add(
                    Settings.STORE_CACHE,
                    Settings.STORE_WRITE_BUFFER,
                    "the write buffers are taken from the cache; make it larger than they are");
        }
    }

    private void ports(Setting<Integer> one, Setting<Integer> other) {
        Optional<Integer> port = settings.find(one);
        if (port.isPresent() && port.get() != 0 && port.equals(settings.find(other))) {
            add(one, other, "choose another port for one of them, or 0 for any free one");
        }
    }
}
