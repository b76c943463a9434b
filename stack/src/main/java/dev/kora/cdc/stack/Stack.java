package dev.kora.cdc.stack;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.StackConfig.KoraDirectory;
import dev.kora.cdc.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything in this process, on one directory: broker, registry, source, materialiser, reads.
 *
 * <p>The directory holds {@code kafka/} and {@code registry/}, which are the data, {@code store/}, which may be deleted
 * while nothing runs, and logs. It survives restarts and crashes; one process uses it at a time.
 */
public final class Stack implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stack.class);

    /** A start waits so long for the shards; a rebuild that takes longer goes on behind it. */
    private static final Duration READABLE_LIMIT = Duration.ofSeconds(30);

    private final OpenParts parts;
    private final DatabaseFile database;
    private final StackPorts ports;
    private final Optional<KoraDirectory> kora;
    private final ReadSide reads;

    private Stack(
            OpenParts parts, DatabaseFile database, StackPorts ports, Optional<KoraDirectory> kora, ReadSide reads) {
        this.parts = parts;
        this.database = database;
        this.ports = ports;
        this.kora = kora;
        this.reads = reads;
    }

    /**
     * Starts everything and returns when it serves.
     *
     * @throws CdcException.Invalid where the configuration does not fit the directory, or a port is taken
     * @throws CdcException.Unavailable where a part does not start; nothing stays behind
     */
    public static Stack start(StackConfig config, Progress progress) {
        return start(config, progress, new OpenParts());
    }

    /** As {@link #start(StackConfig, Progress)}; another thread ends the start, too, by closing {@code parts}. */
    public static Stack start(StackConfig config, Progress progress, OpenParts parts) {
        try {
            return open(config, progress, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static Stack open(StackConfig config, Progress progress, OpenParts parts) {
        Path directory = config.directory();
        parts.add(DirectoryLock.take(directory)); // before the ports: whoever starts twice learns that it runs already
        StackPorts ports = config.ports().choose();
        DatabaseFile database = DatabaseFile.settle(config);
        database.write(directory);
        progress.begin("starting Kafka and the schema registry");
        startServers(directory, ports, config.brokerSettings(), parts);
        progress.begin("opening the database " + database.database());
        OpenDatabase open = OpenDatabase.open(
                database,
                KafkaSettings.of(ports.bootstrapServers()),
                RegistrySettings.of(ports.registryUrl()),
                TopicLayout.SINGLE,
                parts);
        ReadSide reads = ReadSide.open(open, database.instance(), directory.resolve("store"), ports, parts);
        WriteSide.open(open, config.kora(), ports.gateway(), parts);
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("directory", directory)
                .addKeyValue("database", database)
                .addKeyValue("ports", ports)
                .log("everything is open");
        reads.awaitReadable(READABLE_LIMIT, progress, parts::isClosed);
        return new Stack(parts, database, ports, config.kora(), reads);
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
        return ports.bootstrapServers();
    }

    /** The schema registry's Confluent-compatible interface. */
    public String registryUrl() {
        return ports.registryUrl();
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

    /** A sentence for each shard that cannot be read at the moment; none where all is well. */
    public List<String> unreadable() {
        return reads.unreadable();
    }

    /** Stops everything in order: sources first, so that what was acknowledged is in the log. Idempotent. */
    @Override
    public void close() {
        parts.close();
    }
}
