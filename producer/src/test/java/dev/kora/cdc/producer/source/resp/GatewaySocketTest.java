package dev.kora.cdc.producer.source.resp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients, server, gateway and publisher with their threads; only the log is in memory. */
class GatewaySocketTest {
    private static final int SHARDS = 4;
    private static final WalEntryCodec CODEC = new WalEntryCodec(7, SchemaSource.NONE);
    private static final PublisherConfig CONFIG = PublisherConfig.of("db", SHARDS)
            .withBufferBytes(64 * 1024)
            .withTimeouts(
                    Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMillis(200));

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final FakeLog log = new FakeLog().createTopic("db.wal", SHARDS);
    private KafkaPublisher publisher;
    private Gateway gateway;
    private RespServer server;

    @BeforeEach
    void start() throws IOException {
        publisher = openPublisher();
        gateway = Gateway.logging(publisher, InstantSource.system());
        server = RespServer.start(
                RespOptions.loopback("gateway", "test", 0), gateway.commands(), gateway::info, Execution.EVENT_LOOP);
    }

    @AfterEach
    void stop() {
        server.close();
        try {
            publisher.close();
        } catch (CdcException.Fenced e) {
            assertTrue(gateway.metrics().of("SET").uncertain() > 0, "only an uncertain command may be left");
        }
    }

    private KafkaPublisher openPublisher() {
        return KafkaPublisher.open(CONFIG, log, CODEC, InstantSource.system());
    }

    /** The checked entries of a shard. */
    private List<WalEntry> entries(int shard) {
        return WalChecker.check(log, new LogPartition("db.wal", shard), CODEC);
    }

    private long deferred() {
        return gateway.metrics().sum(GatewayMetrics.Counts::deferred);
    }

    /** The log is away at first, so the ring, a hundredth of what is sent, is full until it is back. */
    @Test
    void everyAcknowledgedCommandIsInTheLogOnceAndInOrder() throws Exception {
        log.setAvailable(false);
        Random random = new Random(seed);
        List<ClientScript> scripts = IntStream.range(0, 4)
                .mapToObj(client -> new ClientScript("c" + client, random, 10_000))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> runs = new ArrayList<>();
            scripts.forEach(script -> runs.add(threads.submit(() -> run(script, threads))));
            await().until(() -> deferred() > 100);
            log.setAvailable(true);
            for (Future<?> run : runs) {
                run.get();
            }
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            List<WalEntry> entries = entries(shard);
            for (ClientScript script : scripts) {
                assertEquals(
                        script.expected(new ShardRouter(SHARDS), shard), script.own(entries), "-Dkora.seed=" + seed);
            }
        }
        assertEquals(40_000, gateway.metrics().sum(GatewayMetrics.Counts::acknowledged));
        assertTrue(server.metrics().pauses() > 0, "no connection was ever paused");
    }

    /** Sends everything while another thread reads the replies, which must be the script's in its order. */
    private Object run(ClientScript script, ExecutorService threads) throws Exception {
        try (PipelineClient client = new PipelineClient(server.port())) {
            Future<?> sender = threads.submit(() -> {
                for (ClientScript.Step step : script.steps()) {
                    client.send(step.words().toArray(String[]::new));
                }
                client.flush();
                return client;
            });
            for (ClientScript.Step step : script.steps()) {
                assertEquals(step.reply(), client.reply(), () -> String.join(" ", step.words()));
            }
            return sender.get();
        }
    }

    @Test
    void errorsKeepTheirPlaceInAPipeline() throws IOException {
        try (PipelineClient client = new PipelineClient(server.port())) {
            client.send("SET", "a", "1");
            client.send("GET", "a");
            client.send("SET", "a", "1", "NX");
            client.send("INCR", "a");
            client.send("RPUSH", "l", "1", "2");
            client.send("RPUSH", "l");
            client.send("PING");
            client.send("SADD", "s", "m".repeat(65_537));
            client.send("FLUSHALL");
            client.flush();
            assertEquals("+OK", client.reply());
            assertEquals("-ERR this port takes writes alone: read from the reads' port", client.reply());
            assertTrue(client.reply().startsWith("-ERR the option NX depends on what the key holds"));
            assertTrue(client.reply().startsWith("-ERR INCR cannot be logged: "));
            assertEquals(":2", client.reply());
            assertEquals("-ERR wrong number of arguments for 'rpush' command", client.reply());
            assertEquals("+PONG", client.reply());
            assertEquals("-TOOLARGE the member of SADD takes 65537 bytes, beyond the limit of 65536", client.reply());
            assertEquals("+OK", client.reply());
        }
    }

    @Test
    void aNewerWriterEndsTheGateway() throws IOException {
        try (PipelineClient client = new PipelineClient(server.port());
                KafkaPublisher newer = openPublisher()) {
            String reply = client.call("SET", "a", "1");
            assertTrue(reply.startsWith("-UNAVAILABLE"), reply);
            reply = client.call("SET", "a", "1");
            assertTrue(reply.startsWith("-UNAVAILABLE nothing was logged, the gateway takes no more writes"), reply);
            assertEquals(SHARDS, newer.shards());
        }
        IntStream.range(0, SHARDS)
                .forEach(shard -> assertEquals(2, entries(shard).size()));
    }

    @Test
    void commandsOfAPublisherThatCannotFinishAreUncertain() throws IOException {
        try (PipelineClient client = new PipelineClient(server.port())) {
            assertEquals("+OK", client.call("SET", "a", "0"));
            log.setAvailable(false);
            client.send("SET", "a", "1");
            client.send("SET", "a", "2");
            client.flush();
            await().until(() -> server.metrics().inFlight() == 2);
            assertThrows(CdcException.Unavailable.class, publisher::close);
            String uncertain = "-UNAVAILABLE the command may or may not have been logged";
            String first = client.reply();
            assertTrue(first.startsWith(uncertain), first);
            String second = client.reply();
            assertTrue(second.startsWith(uncertain), second);
            assertEquals(2, gateway.metrics().of("SET").uncertain());
        }
    }
}
