package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The embedded broker and the schema registry, on one directory: {@code kafka/} and {@code registry/}. */
public final class Servers {
    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;

    private Servers(EmbeddedBroker broker, EmbeddedRegistry registry) {
        this.broker = broker;
        this.registry = registry;
    }

    /**
     * Starts them alone on a directory that no other process uses, and returns when they serve.
     *
     * @param kafkaPort of the broker; 0 for any free one
     * @param registryPort of the registry; 0 for any free one
     * @param parts takes over what has to be closed
     * @throws CdcException.Invalid a port is taken, or the directory cannot be used
     * @throws CdcException.Unavailable one does not start; nothing stays behind
     */
    public static Servers start(Path directory, int kafkaPort, int registryPort, Progress progress, OpenParts parts) {
        parts.add(DirectoryLock.take(directory));
        List<Integer> ports = Ports.chooseAll(
                Endpoint.LOOPBACK.host(),
                List.of(
                        new Ports.Wanted("--kafka-port", kafkaPort),
                        new Ports.Wanted("--registry-port", registryPort)));
        progress.begin("starting Kafka and the schema registry");
        return start(directory, ports.getFirst(), ports.getLast(), Map.of(), parts);
    }

    /** Both at once, for each takes seconds. */
    static Servers start(
            Path directory, int kafkaPort, int registryPort, Map<String, String> brokerSettings, OpenParts parts) {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<EmbeddedRegistry> registry = executor.submit(
                    part(parts, () -> EmbeddedRegistry.start(directory.resolve("registry"), registryPort)));
            Future<EmbeddedBroker> broker = executor.submit(
                    part(parts, () -> EmbeddedBroker.start(directory.resolve("kafka"), kafkaPort, brokerSettings)));
            return new Servers(await(broker), await(registry));
        }
    }

    private static <T extends AutoCloseable> Callable<T> part(OpenParts parts, Callable<T> start) {
        return () -> parts.add(start.call());
    }

    private static <T> T await(Future<T> started) {
        try {
            return started.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CdcException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CdcException.Unavailable("interrupted while starting", e);
        }
    }

    /** Where Kafka clients find the broker. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** The schema registry's Confluent-compatible interface. */
    public String registryUrl() {
        return registry.url();
    }
}
