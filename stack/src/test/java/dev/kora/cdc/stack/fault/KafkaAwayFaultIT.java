package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.producer.source.resp.Gateway;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.PushLoad;
import dev.kora.cdc.stack.RespClient;
import dev.kora.cdc.stack.WalState;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Kafka is killed and stays away for five minutes, and longer where a million appends are not attempted by then. A publisher in a
 * heap of 128 MiB refuses what its ring has no room for, counts that exactly, and does not grow; a consumer stays readable and
 * says what is wrong; clients of a gateway are held up, then told. When Kafka is back all of it goes on by itself, and what was
 * taken is in the log, once and in order.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class KafkaAwayFaultIT {
    private static final Duration AWAY = Duration.ofSeconds(Long.getLong("kora.away.seconds", 300));
    private static final long ATTEMPTS = Long.getLong("kora.away.attempts", 1_000_000);
    private static final long LOOK_NANOS = Duration.ofSeconds(15).toNanos();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String DATABASE = "away";

    @TempDir
    Path directory;

    private BrokerProcess broker;
    private KafkaLog log;
    private Consumer consumer;

    @BeforeEach
    void start() {
        broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
        NumberedWal.create(broker.bootstrapServers(), DATABASE);
        consumer = Consumer.open(log, DATABASE, NumberedWal.SHARDS, directory.resolve("store"));
    }

    @AfterEach
    void stop() {
        consumer.close();
        log.close();
        broker.close();
    }

    @Test
    void aMillionAppendsInASmallHeapAreTakenOrRefusedAndNothingIsLost() throws Exception {
        try (GatewayPorts gateway = new GatewayPorts(log, broker.bootstrapServers());
                WriterChild writer = WriterChild.start(broker.bootstrapServers(), DATABASE)) {
            gateway.begin();
            writer.awaitTaken(1_000);
            broker.kill();
            Outage outage = outage(writer, gateway);
            broker.startAgain();
            writer.awaitWorking();
            writer.awaitTaken(writer.taken() + 1_000);
            gateway.goOn();
            writer.finish();
            gateway.finish();
            writer.check(log, DATABASE);
            consumer.check();
            gateway.check();
            System.out.printf(
                    "Kafka away for %d s: %s; %s; gateway: %s%n",
                    outage.seconds(), outage, writer.summary(), gateway.summary());
            assertTrue(outage.seconds() >= AWAY.toSeconds() && outage.attempts() >= ATTEMPTS, outage::toString);
            assertTrue(outage.looks() > 0 && writer.refused() > 0, outage::toString);
            writer.checkMemory();
        }
    }

    private record Outage(long seconds, long attempts, long looks) {}

    private Outage outage(WriterChild writer, GatewayPorts gateway) {
        long begun = System.nanoTime();
        long attemptedBefore = writer.nextStats().number("attempted");
        CompletableFuture<Void> clients = CompletableFuture.runAsync(gateway::outage);
        long looks = 0;
        long attempts = 0;
        long seconds = 0;
        while (seconds < AWAY.toSeconds() || attempts < ATTEMPTS || !clients.isDone()) {
            attempts = writer.nextStats().number("attempted") - attemptedBefore;
            seconds = (System.nanoTime() - begun) / 1_000_000_000L;
            if (System.nanoTime() - begun > (looks + 2) * LOOK_NANOS) {
                lookAtConsumer();
                looks++;
            }
        }
        clients.join();
        return new Outage(seconds, attempts, looks);
    }

    /** It stays readable, and says what it waits for. */
    private void lookAtConsumer() {
        try (RespClient reads = new RespClient(consumer.respPort())) {
            assertTrue(reads.number("LLEN", "list-0") > 0);
            assertTrue(reads.number("LLEN", "list-1") > 0);
        }
        JsonNode ready = consumer.http("/health/ready");
        JsonNode shards = consumer.http("/api/shards");
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            String reason = shards.path("shards").path(shard).path("reason").asText();
            assertTrue(reason.contains("cannot be seen"), shards::toString);
            assertEquals(
                    "running", shards.path("shards").path(shard).path("state").asText(), shards::toString);
            assertTrue(
                    ready.path("shards").path(shard).path("reason").asText().contains("cannot be seen"),
                    ready::toString);
        }
    }

    /**
     * A gateway to a database of its own, for its publisher would fence the other. Its ring has room for what the loads may have under way,
     * so that each of them has something in it; a filler takes the rest.
     */
    private static final class GatewayPorts implements AutoCloseable {
        private static final String DATABASE = "gate";
        private static final int SHARDS = 2;
        private static final int WINDOW = 1_000;
        private static final int RING_BYTES = 1 << 20;
        private static final String WIDE = "0".repeat(60_000);
        private static final Duration LATE = Duration.ofSeconds(20);
        private static final Duration BUSY = Duration.ofSeconds(5);

        private final KafkaLog log;
        private final KafkaPublisher publisher;
        /** Holds its clients up as long as it takes. */
        private final RespServer patient;

        private final RespServer impatient;
        private final List<PushLoad> loads = IntStream.range(0, 4)
                .mapToObj(i -> new PushLoad("push-" + i, WINDOW))
                .toList();
        private String refusal = "";
        private long uncertain;

        GatewayPorts(KafkaLog log, String servers) {
            this.log = log;
            try (DatabaseTopics topics = DatabaseTopics.open(KafkaSettings.of(servers), DATABASE)) {
                topics.ensure(SHARDS, TopicLayout.SINGLE);
            }
            PublisherConfig config = PublisherConfig.of(DATABASE, SHARDS)
                    .withBufferBytes(RING_BYTES)
                    .withTimeouts(LATE, LATE, PATIENCE, PATIENCE);
            this.publisher = KafkaPublisher.open(config, log, WalState.CODEC, InstantSource.system());
            Gateway gateway = Gateway.logging(publisher, InstantSource.system());
            this.patient = serve(gateway, AWAY.multipliedBy(10));
            this.impatient = serve(gateway, BUSY);
        }

        private static RespServer serve(Gateway gateway, Duration busy) {
            RespOptions.Limits all = RespOptions.Limits.DEFAULT;
            RespOptions options = RespOptions.loopback("gateway", "test", 0)
                    .withLimits(new RespOptions.Limits(
                            all.connections(), all.requestBytes(), all.arguments(), all.pipeline(), all.idle(), busy));
            try {
                return RespServer.start(options, gateway.commands(), gateway::info, Execution.EVENT_LOOP);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void begin() {
            loads.forEach(load -> load.connect(patient.port()));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> loads.stream().allMatch(load -> load.acknowledgedNow() > 1_000));
        }

        /** Held up, then told: what the ring took is late, what it has no room for is refused. */
        void outage() {
            try (RespClient filler = new RespClient(patient.port());
                    RespClient late = new RespClient(impatient.port())) {
                for (int i = 0; i <= RING_BYTES / WIDE.length(); i++) {
                    filler.send("RPUSH", "filler", WIDE);
                }
                Awaitility.await()
                        .atMost(PATIENCE)
                        .until(() -> publisher.status().ringUsedBytes() > RING_BYTES - WIDE.length());
                refusal = refused(late);
                for (PushLoad load : loads) {
                    load.awaitEnd(); // with the first error
                    uncertain += load.unacknowledgedInLastLife();
                }
                assertTrue(uncertain > 1_000, "uncertain " + uncertain);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Of a push that is too wide for the rest of the ring. */
        private static String refused(RespClient client) {
            String text =
                    String.valueOf(assertThrows(JedisDataException.class, () -> client.call("RPUSH", "no-room", WIDE))
                            .getMessage());
            assertTrue(text.startsWith("UNAVAILABLE there was no room"), text);
            return text;
        }

        void goOn() {
            loads.forEach(load -> load.connect(patient.port()));
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> loads.stream().allMatch(load -> load.acknowledgedNow() > 1_000));
        }

        void finish() throws InterruptedException {
            for (PushLoad load : loads) {
                load.finish();
            }
        }

        /** No acknowledged push is lost, none is there twice, and the refused one is not there. */
        void check() {
            List<List<WalEntry>> entries = IntStream.range(0, SHARDS)
                    .mapToObj(shard ->
                            WalChecker.check(log, new LogPartition(TopicNames.wal(DATABASE), shard), WalState.CODEC))
                    .toList();
            assertEquals(List.of(), pushed(entries, "no-room"));
            loads.forEach(load -> load.check(pushed(entries, load.key())));
        }

        private static List<Long> pushed(List<List<WalEntry>> shards, String key) {
            return shards.stream()
                    .flatMap(List::stream)
                    .map(WalEntry::content)
                    .filter(content -> content instanceof WalRecord.RPush push
                            && push.key().text().equals(key))
                    .map(push -> Long.valueOf(
                            ((WalRecord.RPush) push).values().getFirst().text()))
                    .toList();
        }

        String summary() {
            return "%d pushes were told that they are late, one was refused: %s".formatted(uncertain, refusal);
        }

        @Override
        public void close() {
            patient.close();
            impatient.close();
            publisher.close();
        }
    }
}
