package dev.kora.cdc.stack.cli;

import static dev.kora.cdc.stack.cli.CommandRig.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.read.DatabaseIdentity;
import dev.kora.cdc.consumer.read.HttpReads;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.stack.Ports;
import dev.kora.cdc.topics.DatabaseTopics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class StatusIT {
    private static final int SHARDS = 2;
    private static final int ENTRIES = 3_000;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static CommandRig rig;

    @BeforeAll
    static void start() {
        rig = new CommandRig(directory);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void countsTheMutationsOfAShardThatOneConsumerHasSeenFromItsFirstEntryOn() throws Exception {
        DatabaseCodecs codecs = rig.create("kora", SHARDS);
        try (KafkaPublisher publisher = rig.publisher("kora", SHARDS, codecs)) {
            write(publisher);
            try (Consumer consumer = new Consumer("kora", SHARDS, codecs)) {
                JsonNode status = awaitNoLag("kora", consumer);
                assertEquals(ENTRIES, status.at("/total/mutations").longValue());
                assertTrue(status.at("/total/entries").longValue() >= ENTRIES + SHARDS);
                assertEquals(
                        status.at("/total/entries").longValue(),
                        ENTRIES + status.at("/total/controls").longValue());
                assertEquals(ENTRIES, status.at("/total/keys").longValue());
                assertEquals(ENTRIES, status.at("/total/rows").longValue());
                assertEquals(0, status.at("/total/rejected").longValue());
                assertEquals("running", status.at("/shards/0/state").textValue());
                assertEquals(1, status.at("/shards/1/epoch").longValue());
                assertTrue(status.at("/shards/0/position").longValue()
                        <= status.at("/shards/0/log_end").longValue());
            }
            try (Consumer restarted = new Consumer("kora", SHARDS, codecs)) {
                JsonNode status = awaitNoLag("kora", restarted);
                assertTrue(status.at("/total/mutations").isNull(), "counted since the restart only");
                assertEquals(ENTRIES, status.at("/total/rows").longValue());
            }
        }
        CommandRig.Outcome table = rig.run("status", "--http-url", "http://127.0.0.1:" + Ports.free());
        assertEquals(0, table.exitCode(), table::err);
        assertTrue(table.lines().get(1).matches("    0  unknown +1 .*"), table::out);
        assertTrue(table.lines().get(3).startsWith("total"), table::out);
        assertTrue(table.out().contains("no answer from http://127.0.0.1:"), table::out);
    }

    @Test
    void aHaltedShardIsNoSuccess() throws Exception {
        DatabaseCodecs codecs = rig.create("broken", 1);
        try (KafkaPublisher publisher = rig.publisher("broken", 1, codecs);
                WalWriter writer = publisher.writer(0)) {
            writer.append(set("a", "1"));
            writer.sync();
        }
        poison("broken");
        try (Consumer consumer = new Consumer("broken", 1, codecs)) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                CommandRig.Outcome table = rig.run("status", "--database", "broken", "--http-url", consumer.url());
                assertEquals(1, table.exitCode(), table::out);
                assertTrue(table.out().contains("shard 0, halted: "), table::out);
                assertTrue(table.out().contains("broken.wal-0, offset "), table::out);
            });
        }
        CommandRig.Outcome tail = rig.run("tail", "--database", "broken");
        assertEquals(1, tail.exitCode());
        assertTrue(tail.err().contains("broken.wal-0, offset "), tail::err);
        assertTrue(tail.lines().getLast().contains("\"key\":\"a\""), "what comes before is printed");
    }

    @Test
    void saysInOneLineWhatIsWrong() {
        CommandRig.Outcome nobody = CommandRig.runAsIs("status", "--bootstrap-servers", "127.0.0.1:" + Ports.free());
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.err().startsWith("kora-cdc: nothing listens at 127.0.0.1:"), nobody::err);
        assertEquals(1, nobody.err().lines().count(), nobody::err);
        CommandRig.Outcome url = rig.run("status", "--http-url", "localhost:8080");
        assertEquals(2, url.exitCode());
        assertTrue(url.err().contains("--http-url"), url::err);
    }

    private static void write(KafkaPublisher publisher) {
        try (WalWriter first = publisher.writer(0);
                WalWriter second = publisher.writer(1)) {
            for (int i = 0; i < ENTRIES; i++) {
                (i % 3 == 0 ? second : first).append(set("key:" + i, "value"));
            }
        }
    }

    /** Commits what is no entry, as some other program might. */
    private static void poison(String database) {
        try (LogWriter writer = rig.log.openWriter("vandal", Duration.ofSeconds(15))) {
            writer.initialize();
            writer.begin();
            LogPartition wal = new LogPartition(database + ".wal", 0);
            writer.send(wal, LogRecord.of(System.currentTimeMillis(), null, Bytes.utf8("rubbish"), Map.of()));
            writer.commit();
        }
    }

    private static JsonNode awaitNoLag(String database, Consumer consumer) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            CommandRig.Outcome outcome =
                                    rig.run("status", "--json", "--database", database, "--http-url", consumer.url());
                            assertEquals(0, outcome.exitCode(), outcome::err);
                            return new ObjectMapper().readTree(outcome.out());
                        },
                        status -> status.at("/total/lag_records").asLong(-1) == 0
                                && status.findValuesAsText("state").stream().allMatch("running"::equals)
                                && counted(status));
    }

    /** Whether the consumer's figures are as of the same entries as Kafka's. */
    private static boolean counted(JsonNode status) {
        JsonNode total = status.get("total");
        return total.get("mutations").isNull()
                || total.get("mutations").longValue() + total.get("controls").longValue()
                        == total.get("entries").longValue();
    }

    /** A materialiser on stores in memory, with its HTTP API. */
    private static final class Consumer implements AutoCloseable {
        private final Materializer materializer;
        private final Metrics metrics;
        private final HttpEndpoint http;

        Consumer(String database, int shards, DatabaseCodecs codecs) throws IOException {
            materializer = Materializer.open(
                    MaterializerConfig.of(database, shards, "it"),
                    rig.log,
                    codecs.wal(),
                    codecs.snapshot(),
                    shard -> new MemoryStore(),
                    InstantSource.system());
            metrics = Metrics.open(database);
            http = HttpEndpoint.open(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new HttpReads(materializer, identity(database), InstantSource.system(), metrics).routes());
        }

        private static DatabaseIdentity identity(String database) {
            try (DatabaseTopics topics = DatabaseTopics.open(rig.settings(), database)) {
                return new DatabaseIdentity(database, topics.clusterId());
            }
        }

        String url() {
            return "http://127.0.0.1:" + http.port();
        }

        @Override
        public void close() {
            http.close();
            metrics.close();
            materializer.close();
        }
    }
}
