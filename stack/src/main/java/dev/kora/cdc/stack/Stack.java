package dev.kora.cdc.stack;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.source.kora.FollowerOptions;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.stack.StackConfig.KoraDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** The servers of this very process are waited for so long at most. */
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(60);

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
        Servers.start(directory, ports.kafka(), ports.registry(), config.brokerSettings(), parts);
        progress.begin("opening the database " + database.database());
        OpenDatabase open =
                OpenDatabase.create(access(database, ports), TopicPlan.single(database.shards()), progress, parts);
        ReadSide reads = ReadSide.open(open, readConfig(database, directory, ports), parts);
        WriteSide writes = WriteSide.open(open, writeConfig(config, ports), parts);
        serveHttp(reads, writes, ports.http(), parts);
        LOG.atInfo()
                .addKeyValue("version", Version.text())
                .addKeyValue("directory", directory)
                .addKeyValue("database", database)
                .addKeyValue("ports", ports)
                .log("everything is open");
        reads.awaitSettled(progress, parts::isClosed);
        return new Stack(parts, database, ports, config.kora(), reads);
    }

    private static DatabaseAccess access(DatabaseFile database, StackPorts ports) {
        return new DatabaseAccess(
                database.database(),
                KafkaSettings.of(ports.bootstrapServers()),
                RegistrySettings.of(ports.registryUrl()),
                new DatabaseAccess.Named("--kafka-port", "--registry-port"),
                true,
                OPEN_LIMIT);
    }

    private static ReadConfig readConfig(DatabaseFile database, Path directory, StackPorts ports) {
        return new ReadConfig(
                database.instance(),
                directory.resolve("store"),
                ReadConfig.Tuning.DEFAULT,
                Endpoint.LOOPBACK,
                ports.resp());
    }

    private static WriteConfig writeConfig(StackConfig config, StackPorts ports) {
        List<Feed> feeds = new ArrayList<>();
        config.kora()
                .ifPresent(kora -> feeds.add(new Feed.Kora(
                        kora.path(), new FollowerOptions(kora.withRdb(), FollowerOptions.DEFAULT.skipOversized()))));
        feeds.add(new Feed.Gateway());
        return new WriteConfig(feeds, PublisherTuning.DEFAULT, OPEN_LIMIT, Endpoint.LOOPBACK, ports.gateway());
    }

    /** One port tells of both sides; health is that of the reads. */
    private static void serveHttp(ReadSide reads, WriteSide writes, int port, OpenParts parts) {
        List<Route> routes = new ArrayList<>(reads.routes());
        routes.add(writes.http().publisherRoute());
        Endpoint.LOOPBACK.serveHttp(routes, port, parts);
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
