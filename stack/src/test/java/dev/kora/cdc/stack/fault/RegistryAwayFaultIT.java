package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.FakeRegistry;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.EmbeddedRegistry;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.RespClient;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The schema registry is killed, does not answer, answers nonsense, or has other schemas than it had: what runs does not notice, what
 * starts says clearly what is wrong and writes nothing, and once the registry is right again, it starts.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class RegistryAwayFaultIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Longer than any start may wait for a registry with the default settings. */
    private static final Duration BOUND = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static BrokerProcess broker;

    private NumberedWal wal;
    private KafkaLog log;
    private Path place;

    @BeforeAll
    static void startBroker() {
        broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        wal = NumberedWal.create(broker.bootstrapServers(), name);
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
        place = directory.resolve(name);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void whatRunsDoesNotMissAKilledRegistryAndWhatStartsSaysSo() {
        EmbeddedRegistry registry = EmbeddedRegistry.start(place.resolve("registry"), 0);
        RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url()));
        DatabaseCodecs codecs = DatabaseCodecs.register(client, wal.database());
        try (KafkaPublisher publisher = publisher(codecs)) {
            try (Consumer consumer = consumer(codecs, "first")) {
                append(publisher, 0, 1_000);
                kill(registry);

                append(publisher, 1_000, 2_000);
                publisher.writer(0).truncate();
                consumer.awaitDrained(0);
                consumer.awaitDrained(1);
                try (RespClient reads = new RespClient(consumer.respPort())) {
                    assertTrue(reads.number("DBSIZE") > 0);
                }
                assertEquals(200, consumer.http("/health/ready").path("http").asInt());
            }
            // Somebody else who knows the ids takes the shards over, from nothing but the topics.
            try (Consumer second = consumer(codecs, "second")) {
                append(publisher, 2_000, 2_500);
                second.awaitDrained(0);
                assertSays(
                        startFails(registry.url()), CdcException.Unavailable.class, registry.url(), "does not answer");
            }
        }
        try (KafkaPublisher successor = publisher(codecs)) {
            append(successor, 2_500, 3_000);
        }
        client.close();
        try (EmbeddedRegistry back = EmbeddedRegistry.start(place.resolve("registry"), registry.port())) {
            startsAgain(back.url(), 3_000);
        }
        System.out.println(
                "registry killed: 2,000 appends, a marker and two takeovers without it; the start failed clearly");
    }

    @Test
    void aRegistryThatDoesNotAnswerOrAnswersNonsenseEndsAStartInTime() throws Exception {
        String subject = "POST /subjects/" + Schemas.subject(wal.database() + ".wal");
        List<String> said = new ArrayList<>();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + silent.getLocalPort();
            said.add(assertSays(startFails(url), CdcException.Unavailable.class, url, "does not answer"));
        }
        try (FakeRegistry registry = FakeRegistry.start().say(subject, 500, "{\"message\": \"out of order\"}")) {
            said.add(assertSays(
                    startFails(registry.url()), CdcException.Unavailable.class, registry.url(), "out of order"));
        }
        try (FakeRegistry registry = FakeRegistry.start().say(subject, 200, "<html>welcome</html>")) {
            said.add(assertSays(startFails(registry.url()), CdcException.Invalid.class, registry.url()));
        }
        try (FakeRegistry registry = FakeRegistry.start().say(subject, 200, "{\"id\": \"one\"}")) {
            said.add(assertSays(startFails(registry.url()), CdcException.Invalid.class, registry.url()));
        }
        assertEquals(0, log.ends(wal.partition(0)).highWatermark(), "nothing is written");
        System.out.println("registry silent, 500, no JSON, no id: " + said);
    }

    @Test
    void anotherSchemaUnderAKnownIdIsNoticedAtTheStart() throws Exception {
        DatabaseCodecs codecs;
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(place.resolve("registry"), 0);
                RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url()))) {
            codecs = DatabaseCodecs.register(client, wal.database());
            writeAndMaterialize(codecs);
        }
        LogEnds before = log.ends(wal.partition(0));
        // Both could be read by Avro's rules, and would be: as garbage.
        try (FakeRegistry rebuilt = FakeRegistry.start()
                .say("GET /schemas/ids/" + codecs.wal().schemaId(), 200, schema(turned(Schemas.WAL_ENTRY)))
                .say("GET /schemas/ids/" + codecs.snapshot().schemaId(), 200, schema(turned(Schemas.SNAPSHOT_ROW)))
                .say(path(".wal"), 200, "{\"id\": 71}")
                .say(path(".snapshot"), 200, "{\"id\": 72}")) {
            assertStartIsRefused(rebuilt.url(), "fingerprint");
        }
        assertEquals(before.highWatermark(), log.ends(wal.partition(0)).highWatermark(), "nothing is written");
        System.out.println("another schema under a known id: noticed by the publisher and by the materialiser");
    }

    @Test
    void aRegistryThatWasRefilledInAnotherOrderIsNoticedAtTheStart() {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(place.resolve("registry"), 0);
                RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url()))) {
            writeAndMaterialize(DatabaseCodecs.register(client, wal.database()));
        }
        LogEnds before = log.ends(wal.partition(0));
        try (EmbeddedRegistry empty = EmbeddedRegistry.start(place.resolve("rebuilt"), 0);
                RegistryClient client = RegistryClient.open(RegistrySettings.of(empty.url()))) {
            int snapshot = client.register(Schemas.subject(wal.database() + ".snapshot"), Schemas.SNAPSHOT_ROW);
            int entry = client.register(Schemas.subject(wal.database() + ".wal"), Schemas.WAL_ENTRY);
            assertNotEquals(snapshot, entry);
            assertStartIsRefused(empty.url(), "schema id");
        }
        assertEquals(before.highWatermark(), log.ends(wal.partition(0)).highWatermark(), "nothing is written");
        try (EmbeddedRegistry restored = EmbeddedRegistry.start(place.resolve("registry"), 0)) {
            startsAgain(restored.url(), 1_000);
        }
        System.out.println(
                "registry lost and refilled in another order: noticed; with its ids restored all starts again");
    }

    // --- what starts

    private KafkaPublisher publisher(DatabaseCodecs codecs) {
        return KafkaPublisher.open(wal.config(), log, codecs.wal(), InstantSource.system());
    }

    private Consumer consumer(DatabaseCodecs codecs, String store) {
        return Consumer.open(log, wal.database(), NumberedWal.SHARDS, codecs, place.resolve(store), all -> all);
    }

    private static void append(KafkaPublisher publisher, long from, long to) {
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            try (WalWriter writer = publisher.writer(shard)) {
                NumberedWal.append(writer, from, to);
            }
        }
    }

    private void writeAndMaterialize(DatabaseCodecs codecs) {
        try (KafkaPublisher publisher = publisher(codecs);
                Consumer consumer = consumer(codecs, "first")) {
            append(publisher, 0, 1_000);
            consumer.awaitDrained(0);
            consumer.awaitDrained(1);
        }
    }

    private static void kill(EmbeddedRegistry registry) {
        ProcessHandle process = ProcessHandle.of(registry.pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }

    /** A start as processes make it. */
    private CdcException startFails(String url) {
        return assertTimeoutPreemptively(BOUND, () -> {
            try (RegistryClient client = RegistryClient.open(RegistrySettings.of(url))) {
                return assertThrows(CdcException.class, () -> DatabaseCodecs.register(client, wal.database()));
            }
        });
    }

    private static String assertSays(CdcException said, Class<? extends CdcException> type, String... words) {
        assertEquals(type, said.getClass(), said::toString);
        String text = String.valueOf(said.getMessage());
        for (String word : words) {
            assertTrue(text.contains(word), text);
        }
        return text;
    }

    /** Neither side goes on from what it cannot read; the store that was there, and an empty one, halt alike. */
    private void assertStartIsRefused(String url, String why) {
        try (RegistryClient client = RegistryClient.open(RegistrySettings.of(url))) {
            DatabaseCodecs codecs = DatabaseCodecs.register(client, wal.database());
            assertSays(
                    assertThrows(CdcException.Corrupt.class, () -> publisher(codecs)), CdcException.Corrupt.class, why);
            for (String store : List.of("first", "anew")) {
                try (Consumer consumer = consumer(codecs, store)) {
                    Awaitility.await().atMost(PATIENCE).until(() -> isHalted(consumer, 0) && isHalted(consumer, 1));
                    assertTrue(
                            consumer.status(0).reason().contains(why),
                            () -> consumer.status(0).toString());
                    assertEquals(
                            503, consumer.http("/health/ready").path("http").asInt());
                }
            }
        }
    }

    private static boolean isHalted(Consumer consumer, int shard) {
        return consumer.status(shard).state() == ShardState.HALTED;
    }

    /** All goes on behind {@code numbers}, and each shard is held to what is promised. */
    private void startsAgain(String url, long numbers) {
        try (RegistryClient client = RegistryClient.open(RegistrySettings.of(url))) {
            DatabaseCodecs codecs = DatabaseCodecs.register(client, wal.database());
            try (Consumer consumer = consumer(codecs, "first")) {
                try (KafkaPublisher publisher = publisher(codecs)) {
                    append(publisher, numbers, numbers + 100);
                }
                consumer.check();
            }
            wal.assertHolds(log, numbers + 100);
        }
    }

    // --- what a rebuilt registry says

    private String path(String topic) {
        return "POST /subjects/" + Schemas.subject(wal.database() + topic);
    }

    private static String schema(Schema schema) throws Exception {
        ObjectMapper json = new ObjectMapper();
        return json.writeValueAsString(Map.of("schema", schema.toString()));
    }

    /** A schema with the same fields in the opposite order. */
    private static Schema turned(Schema schema) {
        List<Schema.Field> fields = new ArrayList<>(schema.getFields());
        Collections.reverse(fields);
        return Schema.createRecord(
                schema.getName(),
                schema.getDoc(),
                schema.getNamespace(),
                false,
                fields.stream()
                        .map(field -> new Schema.Field(field, field.schema()))
                        .toList());
    }
}
