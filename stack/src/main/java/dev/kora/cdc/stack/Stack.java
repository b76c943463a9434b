package dev.kora.cdc.stack;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.StackConfig.KoraDirectory;
import dev.kora.cdc.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Everything in this process, on one directory: broker, registry, source, materialiser, reads.
 *
 * <p>The directory holds {@code kafka/} and {@code registry/}, which are the data, {@code store/}, which may be deleted
 * while nothing runs, and logs. It survives restarts and crashes; one process uses it at a time.
 */
public final class Stack implements AutoCloseable {
    /** A start waits so long for the shards; a rebuild that takes longer goes on behind it. */
    private static final Duration READABLE_LIMIT = Duration.ofSeconds(30);

    private final OpenParts parts;
    private final DatabaseFile database;
    private final StackPorts ports;
    private final Optional<KoraDirectory> kora;

    private Stack(OpenParts parts, DatabaseFile database, StackPorts ports, Optional<KoraDirectory> kora) {
        this.parts = parts;
        this.database = database;
        this.ports = ports;
        this.kora = kora;
    }

    /**
     * Starts everything and returns when it serves.
     *
     * @throws CdcException.Invalid where the configuration does not fit the directory, or a port is taken
     * @throws CdcException.Unavailable where a part does not start; nothing stays behind
     */
    public static Stack start(StackConfig config, Progress progress) {
        OpenParts parts = new OpenParts();
        try {
            return open(config, progress, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Stack open(StackConfig config, Progress progress, OpenParts parts) {
        Path directory = config.directory();
        StackPorts ports = config.ports().choose();
        parts.add(DirectoryLock.take(directory));
        DatabaseFile database = DatabaseFile.settle(config);
        database.write(directory);
        progress.begin("starting Kafka and the schema registry");
        startServers(directory, ports, config.brokerSettings(), parts);
        Stack stack = new Stack(parts, database, ports, config.kora());
        progress.begin("opening the database " + database.database());
        stack.openDatabase(directory, progress);
        return stack;
    }

    private void openDatabase(Path directory, Progress progress) {
        OpenDatabase open = OpenDatabase.open(
                database,
                KafkaSettings.of(bootstrapServers()),
                RegistrySettings.of(registryUrl()),
                TopicLayout.SINGLE,
                parts);
        ReadSide reads = ReadSide.open(open, database.instance(), directory.resolve("store"), ports, parts);
        WriteSide.open(open, kora, ports.gateway(), parts);
        reads.awaitReadable(READABLE_LIMIT, progress);
    }

    /** Both at once, for each takes seconds. */
    private static void startServers(
            Path directory, StackPorts ports, Map<String, String> brokerSettings, OpenParts parts) {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> registry = executor.submit(
                    part(parts, () -> EmbeddedRegistry.start(directory.resolve("registry"), ports.registry())));
            Future<?> broker = executor.submit(
                    part(parts, () -> EmbeddedBroker.start(directory.resolve("kafka"), ports.kafka(), brokerSettings)));
            await(broker);
            await(registry);
        }
    }

    private static <T extends AutoCloseable> Callable<T> part(OpenParts parts, Callable<T> start) {
        return () -> parts.add(start.call());
    }

    private static void await(Future<?> started) {
        try {
            started.get();
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
        return "127.0.0.1:" + ports.kafka();
    }

    /** The schema registry's Confluent-compatible interface. */
    public String registryUrl() {
        return "http://127.0.0.1:%d/apis/ccompat/v7".formatted(ports.registry());
    }

    /** Where it listens; no port is 0. */
    public StackPorts ports() {
        return ports;
    }

    /** Name of the database. */
    public String database() {
        return database.database();
    }

    /** Number of its shards. */
    public int shards() {
        return database.shards();
    }

    /** The Kora engine's directory that is followed; empty where the gateway takes the writes. */
    public Optional<Path> koraDirectory() {
        return kora.map(KoraDirectory::path);
    }

    /** Stops everything in order: sources first, so that what was acknowledged is in the log. Idempotent. */
    @Override
    public void close() {
        parts.close();
    }
}
