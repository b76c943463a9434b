package dev.kora.cdc.stack.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.read.DatabaseIdentity;
import dev.kora.cdc.consumer.read.HttpReads;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.stack.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A materialiser that tells of its shards over HTTP, in a process of its own. It commits without a rest, so that a kill finds it
 * within a transaction.
 */
final class StoreProcess implements AutoCloseable {
    private static final String SERVING = "serving ";
    private static final Duration INTERVAL = Duration.ofMillis(1);
    private static final int ROWS = 2_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildJvm child;
    private final int port;

    private StoreProcess(ChildJvm child) {
        this.child = child;
        this.port = Integer.parseInt(child.awaitLine(SERVING));
    }

    /** Starts one and returns when it answers; its shards may take longer. */
    static StoreProcess start(Parts parts) {
        return new StoreProcess(ChildJvm.start(StoreProcess.class, parts.jvmFlags(), parts.arguments()));
    }

    /** A shard as {@code /api/shards} tells it. */
    JsonNode shard(int shard) throws IOException {
        URI uri = URI.create("http://127.0.0.1:%d/api/shards".formatted(port));
        try (InputStream answer = uri.toURL().openStream()) {
            return JSON.readTree(answer).get("shards").get(shard);
        }
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }

    /** Arguments: those of {@link Parts}. */
    public static void main(String... args) throws IOException, InterruptedException {
        Parts parts = Parts.of(List.of(args));
        InstantSource clock = InstantSource.system();
        MaterializerConfig config = MaterializerConfig.of(parts.database(), parts.shards(), "member-1");
        try (RegistryClient registry = RegistryClient.open(RegistrySettings.of(parts.registryUrl()));
                KafkaLog log = KafkaLog.open(KafkaSettings.of(parts.servers()));
                RocksResources resources = new RocksResources(32 << 20, 8 << 20);
                Metrics metrics = Metrics.open(parts.database())) {
            DatabaseCodecs codecs = DatabaseCodecs.register(registry, parts.database());
            try (Materializer materializer = Materializer.open(
                            config.withBatch(INTERVAL, ROWS, config.batchBytes()),
                            log,
                            codecs.wal(),
                            codecs.snapshot(),
                            new RocksStores(parts.stores(), resources),
                            clock);
                    HttpEndpoint http = HttpEndpoint.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            new HttpReads(
                                            materializer,
                                            new DatabaseIdentity(parts.database(), "a-cluster"),
                                            clock,
                                            metrics)
                                    .routes())) {
                System.out.println(SERVING + http.port());
                new CountDownLatch(1).await();
            }
        }
    }
}
