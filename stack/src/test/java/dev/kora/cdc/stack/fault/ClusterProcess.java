package dev.kora.cdc.stack.fault;

import dev.kora.cdc.stack.ChildJvm;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * Three brokers, each in a JVM of its own and a controller as well, whose topics have three replicas, of which two must have what is
 * acknowledged. Each is killed and comes back on its directory and ports. For one thread.
 */
final class ClusterProcess implements AutoCloseable {
    static final int BROKERS = 3;

    /** A broker that is gone is noticed soon, and let in again soon. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("default.replication.factor", "3"),
            Map.entry("min.insync.replicas", "2"),
            Map.entry("offsets.topic.replication.factor", "3"),
            Map.entry("transaction.state.log.replication.factor", "3"),
            Map.entry("transaction.state.log.min.isr", "2"),
            Map.entry("controller.quorum.election.timeout.ms", "500"),
            Map.entry("controller.quorum.fetch.timeout.ms", "1000"),
            Map.entry("controller.quorum.election.backoff.max.ms", "200"),
            Map.entry("replica.lag.time.max.ms", "3000"));

    private final List<Node> nodes = new ArrayList<>();

    private ClusterProcess(Path directory, Map<String, String> overrides) {
        String clusterId = Uuid.randomUuid().toString();
        List<Integer> controllers = IntStream.range(0, BROKERS)
                .map(node -> KeptPorts.next())
                .boxed()
                .toList();
        String voters = IntStream.range(0, BROKERS)
                .mapToObj(node -> "%d@127.0.0.1:%d".formatted(node + 1, controllers.get(node)))
                .collect(Collectors.joining(","));
        for (int i = 0; i < BROKERS; i++) {
            Map<String, String> settings = new HashMap<>(SETTINGS);
            settings.putAll(overrides);
            settings.put("controller.quorum.voters", voters);
            nodes.add(new Node(i + 1, directory.resolve("node-" + (i + 1)), controllers.get(i), settings));
        }
        nodes.forEach(node -> node.format(clusterId));
    }

    /** Starts all of them on free ports, and returns when they serve. */
    static ClusterProcess start(Path directory, Map<String, String> overrides) {
        ClusterProcess cluster = new ClusterProcess(directory, overrides);
        cluster.nodes.forEach(Node::launch);
        cluster.nodes.forEach(Node::awaitServing);
        return cluster;
    }

    /** Where clients find them. */
    String bootstrapServers() {
        return nodes.stream().map(Node::address).collect(Collectors.joining(","));
    }

    /** Ends one of them, from 0, as {@code kill -9} does. */
    void kill(int broker) {
        nodes.get(broker).child().kill();
    }

    /** Starts one that was killed, and returns when it serves. */
    void startAgain(int broker) {
        launchAgain(broker);
        awaitServing(broker);
    }

    void awaitServing(int broker) {
        nodes.get(broker).awaitServing();
    }

    /** Starts one that was killed, and returns at once. */
    void launchAgain(int broker) {
        nodes.get(broker).launch();
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
    }

    private static final class Node implements AutoCloseable {
        private final int id;
        private final Path directory;
        private final int port = KeptPorts.next();
        private final Map<String, String> settings;
        private ChildJvm child;

        @SuppressWarnings("NullAway.Init") // launched when all are formatted
        Node(int id, Path directory, int controllerPort, Map<String, String> settings) {
            this.id = id;
            this.directory = directory;
            this.settings = settings;
            settings.put("node.id", Integer.toString(id));
            settings.put(
                    "listeners", "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
        }

        String address() {
            return "127.0.0.1:" + port;
        }

        ChildJvm child() {
            return child;
        }

        /** All nodes have the same cluster id, which a broker that formats for itself would choose. */
        void format(String clusterId) {
            try {
                new Formatter()
                        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                        .setClusterId(clusterId)
                        .setNodeId(id)
                        .addDirectory(directory.toString())
                        .setMetadataLogDirectory(directory.toString())
                        .setControllerListenerName("CONTROLLER")
                        .setReleaseVersion(MetadataVersion.latestProduction())
                        .run();
            } catch (Exception e) { // the formatter declares no narrower one
                throw new AssertionError(e);
            }
        }

        void launch() {
            child = BrokerProcess.launch(directory, port, settings);
        }

        void awaitServing() {
            BrokerProcess.awaitServing(child);
        }

        @Override
        public void close() {
            child.close();
        }
    }
}
