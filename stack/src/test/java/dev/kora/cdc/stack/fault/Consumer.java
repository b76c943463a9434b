package dev.kora.cdc.stack.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.read.DatabaseIdentity;
import dev.kora.cdc.consumer.read.HttpReads;
import dev.kora.cdc.consumer.read.ReadLimits;
import dev.kora.cdc.consumer.read.RespReads;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.WalTail;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import dev.kora.cdc.stack.WalState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A consumer of a database within the test, made of what the command makes one of: a materialiser on disk, and both ports. */
final class Consumer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Log log;
    private final String database;
    private final int shards;
    private final DatabaseCodecs codecs;
    private final RocksResources resources = new RocksResources(16 << 20, 8 << 20);
    private final Metrics metrics;
    private final Materializer materializer;
    private final RespServer resp;
    private final HttpEndpoint http;

    private Consumer(
            Log log,
            String database,
            int shards,
            DatabaseCodecs codecs,
            Path stores,
            UnaryOperator<MaterializerConfig> settings)
            throws IOException {
        this.log = log;
        this.database = database;
        this.shards = shards;
        this.codecs = codecs;
        InstantSource clock = InstantSource.system();
        this.metrics = Metrics.open(database);
        this.materializer = Materializer.open(
                settings.apply(MaterializerConfig.of(database, shards, "consumer")),
                log,
                codecs.wal(),
                codecs.snapshot(),
                new RocksStores(stores, resources),
                clock);
        RespReads reads = new RespReads(materializer, clock, new Random(1), ReadLimits.DEFAULT);
        this.resp = RespServer.start(
                RespOptions.loopback("reads", "test", 0), reads.commands(), reads::info, Execution.threads(2));
        this.http = HttpEndpoint.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HttpReads(materializer, new DatabaseIdentity(database, "a-cluster"), clock, metrics).routes());
    }

    /** With the codecs of {@link WalState}, so without a registry. */
    static Consumer open(Log log, String database, int shards, Path stores) {
        return open(log, database, shards, new DatabaseCodecs(WalState.CODEC, WalState.ROW_CODEC), stores, all -> all);
    }

    static Consumer open(
            Log log,
            String database,
            int shards,
            DatabaseCodecs codecs,
            Path stores,
            UnaryOperator<MaterializerConfig> settings) {
        try {
            return new Consumer(log, database, shards, codecs, stores, settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int respPort() {
        return resp.port();
    }

    ShardStatus status(int shard) {
        return materializer.status(shard);
    }

    /** What a path of the HTTP port answers, whatever its status, which stands in the field {@code http}. */
    JsonNode http(String path) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + http.port() + path).toURL().openConnection();
            int status = connection.getResponseCode();
            try (InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return ((ObjectNode) JSON.readTree(body)).put("http", status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until a shard's last entry is in its store. */
    void awaitDrained(int shard) {
        LogPartition wal = new LogPartition(TopicNames.wal(database), shard);
        WalTail tail = new WalTail(log, codecs.wal());
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    ShardStatus.Progress progress = status(shard).progress();
                    long last = tail.find(wal).orElseThrow().entry().sequence();
                    if (progress == null
                            || progress.sequence() != last
                            || !(materializer.access(shard) instanceof ShardAccess.Served)) {
                        throw new AssertionError(
                                "shard %d: last sequence %d, %s".formatted(shard, last, status(shard)));
                    }
                });
    }

    /** Waits until all is materialised, and holds each shard's rows, here and in the compacted topic, to a fold of its log. */
    void check() {
        for (int shard = 0; shard < shards; shard++) {
            awaitDrained(shard);
            check(shard);
        }
    }

    /** Likewise one shard that is drained. */
    void check(int shard) {
        if (materializer.access(shard) instanceof ShardAccess.Served served) {
            WalState.check(log, database, shard, served.views());
        } else {
            throw new AssertionError("cannot be read: " + status(shard));
        }
    }

    @Override
    public void close() {
        http.close();
        resp.close();
        materializer.close();
        metrics.close();
        resources.close();
    }
}
