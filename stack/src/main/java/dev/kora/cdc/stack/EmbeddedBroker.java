package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka cluster of one node, broker and controller in one, in this process, on the loopback interface only. (Overridden settings can
 * make it one node of several, on a directory that was formatted for their cluster.)
 *
 * <p>Its directory survives restarts and crashes: topics, records, group offsets and the cluster's id stand in it; ports may
 * change between starts. One process uses it at a time. What it acknowledges is in the page cache, not on the disk: it
 * survives the death of the process, not of the machine.
 *
 * <p>A stop within the process is always an orderly one: a test that needs a crash runs it in a process of its own. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private static final String NODE_ID = "node.id";
    private static final String NODE = "1";
    private static final String CONTROLLER = "CONTROLLER";

    private final DirectoryLock lock;
    private final KafkaRaftServer server;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(DirectoryLock lock, KafkaRaftServer server, int port) {
        this.lock = lock;
        this.server = server;
        this.port = port;
    }

    /** As {@link #start(Path, int, Map)}, on any free port and with our settings only. */
    public static EmbeddedBroker start(Path directory) {
        return start(directory, 0, Map.of());
    }

    /**
     * Starts a broker and returns when it serves.
     *
     * @param directory of its data; created where it is missing
     * @param port to listen on, or 0 for any free one
     * @param overrides broker settings that go before ours
     * @throws CdcException.Invalid where the port is taken, the directory is used by another process or cannot be written
     * @throws CdcException.Unavailable where it does not start for another reason; nothing of it stays behind
     */
    public static EmbeddedBroker start(Path directory, int port, Map<String, String> overrides) {
        int chosen = Ports.choose(port, "--kafka-port");
        DirectoryLock lock = DirectoryLock.take(directory);
        try {
            Properties settings = settings(directory, chosen, Ports.free(), overrides);
            KafkaConfig checked = check(settings);
            format(directory, Integer.parseInt(settings.getProperty(NODE_ID)));
            return new EmbeddedBroker(lock, startServer(checked, directory), chosen);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static KafkaConfig check(Properties settings) {
        try {
            return new KafkaConfig(settings, false);
        } catch (IllegalArgumentException | ConfigException e) {
            throw new CdcException.Invalid("the broker refuses its settings: " + e.getMessage(), e);
        }
    }

    private static KafkaRaftServer startServer(KafkaConfig settings, Path directory) {
        KafkaRaftServer server = new KafkaRaftServer(settings, Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            server.shutdown(); // else its half-started threads would keep the process alive
            server.awaitShutdown();
            throw new CdcException.Unavailable(
                    "the broker on %s did not start: %s".formatted(directory, rootMessage(e)), e);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    /** Prepares an empty directory; one that was prepared before stays as it is. */
    private static void format(Path directory, int node) {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(clusterId(directory))
                    .setNodeId(node)
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setControllerListenerName(CONTROLLER)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (CdcException e) {
            throw e;
        } catch (Exception e) { // the formatter declares no narrower one
            throw new CdcException.Invalid("the broker's directory %s cannot be used: %s".formatted(directory, e), e);
        }
    }

    private static String clusterId(Path directory) throws IOException {
        Path file = directory.resolve("meta.properties");
        if (!Files.exists(file)) {
            return Uuid.randomUuid().toString();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        String id = properties.getProperty("cluster.id");
        if (id == null) {
            throw new CdcException.Corrupt(
                    "%s has no cluster.id: restore it, or start on an empty directory".formatted(file));
        }
        return id;
    }

    private static Properties settings(Path directory, int port, int controllerPort, Map<String, String> overrides) {
        Properties settings = new Properties();
        settings.putAll(network(port, controllerPort));
        settings.putAll(SINGLE_NODE);
        settings.putAll(SMALL_FOOTPRINT);
        settings.putAll(QUICK);
        settings.put("log.dirs", directory.toString());
        settings.put("auto.create.topics.enable", "false");
        settings.putAll(overrides);
        return settings;
    }

    private static Map<String, String> network(int port, int controllerPort) {
        String broker = "PLAINTEXT://127.0.0.1:" + port;
        return Map.of(
                "process.roles",
                "broker,controller",
                NODE_ID,
                NODE,
                "controller.quorum.voters",
                NODE + "@127.0.0.1:" + controllerPort,
                "listeners",
                broker + "," + CONTROLLER + "://127.0.0.1:" + controllerPort,
                "advertised.listeners",
                broker,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "controller.listener.names",
                CONTROLLER,
                "inter.broker.listener.name",
                "PLAINTEXT");
    }

    /** Kafka's own topics ask for three replicas by default. */
    private static final Map<String, String> SINGLE_NODE = Map.of(
            "default.replication.factor", "1",
            "min.insync.replicas", "1",
            "offsets.topic.replication.factor", "1",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1");

    private static final Map<String, String> SMALL_FOOTPRINT = Map.of(
            "offsets.topic.num.partitions", "4",
            "transaction.state.log.num.partitions", "4",
            "share.coordinator.state.topic.num.partitions", "1",
            "num.network.threads", "2",
            "num.io.threads", "4",
            "background.threads", "2",
            "log.cleaner.dedupe.buffer.size", Integer.toString(8 * 1024 * 1024)); // 128 MiB by default

    private static final Map<String, String> QUICK = Map.of(
            "group.initial.rebalance.delay.ms", "0",
            // A commit right after a commit meets the previous one's markers, and waits this long for them.
            "add.partitions.to.txn.retry.backoff.ms", "1",
            // A member that was killed keeps its instance id from its successor for as long as its session.
            "group.consumer.session.timeout.ms", "6000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.heartbeat.interval.ms", "1000",
            "group.consumer.min.heartbeat.interval.ms", "100",
            // After a crash the controller lets the broker in again only when its former session has ended.
            "broker.session.timeout.ms", "3000",
            "broker.heartbeat.interval.ms", "500");

    /** Where clients find it. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Port that clients connect to. */
    public int port() {
        return port;
    }

    /** Stops it in order and lets go of the directory. Idempotent; takes about half a second. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.shutdown();
            server.awaitShutdown();
            lock.close();
        }
    }
}
