package dev.kora.cdc.stack.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.read.DatabaseIdentity;
import dev.kora.cdc.consumer.read.HttpReads;
import dev.kora.cdc.consumer.read.ReadLimits;
import dev.kora.cdc.consumer.read.RespReads;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import dev.kora.cdc.stack.ChildJvm;
import dev.kora.cdc.stack.WalState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/** A materialiser with its two read ports in a process of its own. Its codecs are those of {@link WalState}. Thread-safe. */
final class MaterializerProcess implements AutoCloseable {
    private static final String SERVING = "serving ";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChildJvm child;
    private final int respPort;
    private final int httpPort;

    private MaterializerProcess(ChildJvm child) {
        this.child = child;
        String[] ports = child.awaitLine(SERVING).split(" ", 2);
        this.respPort = Integer.parseInt(ports[0]);
        this.httpPort = Integer.parseInt(ports[1]);
    }

    /** Starts one and returns when its ports are open. The database's topics must exist. */
    static MaterializerProcess start(String servers, String database, int shards, String instance, Path stores) {
        return new MaterializerProcess(ChildJvm.start(
                MaterializerProcess.class,
                List.of("-Xmx256m"),
                List.of(servers, database, Integer.toString(shards), instance, stores.toString())));
    }

    /** To pause and to kill it. */
    ChildJvm jvm() {
        return child;
    }

    int respPort() {
        return respPort;
    }

    /** A shard as {@code /api/shards} tells it. */
    JsonNode shard(int shard) {
        URI uri = URI.create("http://127.0.0.1:%d/api/shards".formatted(httpPort));
        try (InputStream answer = uri.toURL().openStream()) {
            return JSON.readTree(answer).get("shards").get(shard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String state(int shard) {
        return shard(shard).path("state").asText();
    }

    @Override
    public void close() {
        child.close();
    }

    /** Arguments: servers, database, number of shards, instance id, directory of the stores. */
    public static void main(String... args) throws IOException, InterruptedException {
        int shards = Integer.parseInt(args[2]);
        InstantSource clock = InstantSource.system();
        RespOptions options = RespOptions.loopback("reads", "test", 0);
        try (KafkaLog log = KafkaLog.open(KafkaSettings.of(args[0]));
                RocksResources resources = new RocksResources(32 << 20, 8 << 20);
                Metrics metrics = Metrics.open(args[1]);
                Materializer materializer = Materializer.open(
                        MaterializerConfig.of(args[1], shards, args[3]),
                        log,
                        WalState.CODEC,
                        WalState.ROW_CODEC,
                        new RocksStores(Path.of(args[4]), resources),
                        clock)) {
            RespReads reads = new RespReads(materializer, clock, new Random(), ReadLimits.DEFAULT);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (RespServer resp = RespServer.start(options, reads.commands(), reads::info, Execution.threads(4));
                    HttpEndpoint http = HttpEndpoint.open(
                            address,
                            new HttpReads(materializer, new DatabaseIdentity(args[1], "none"), clock, metrics)
                                    .routes())) {
                System.out.println(SERVING + resp.port() + " " + http.port());
                new CountDownLatch(1).await();
            }
        }
    }
}
