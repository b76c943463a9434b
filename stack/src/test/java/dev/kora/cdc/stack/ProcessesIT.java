package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.schema.KoraExpectedState;
import dev.kora.cdc.schema.KoraFixtures;
import dev.kora.cdc.stack.cli.KoraCdc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The parts as processes of their own, set up by one file: what goes in by one process comes out of another, also after each was
 * stopped and started again.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class ProcessesIT {
    /** What the shell makes of a process that SIGTERM has ended. */
    private static final int TERMINATED = 143;

    private static final int FENCED = 3;
    private static final long ELAPSED_MS = Duration.ofMinutes(7).toMillis();
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String SAYS = "kora-cdc: ";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final StackPorts ports = StackPorts.free().choose();
    private final int produceHttp = Ports.free();
    private final List<ChildJvm> children = new ArrayList<>();

    @BeforeEach
    void writeTheFile() throws IOException {
        Files.write(
                directory.resolve("kora-cdc.properties"),
                List.of(
                        "bootstrap.servers=127.0.0.1:" + ports.kafka(),
                        "registry.url=http://127.0.0.1:%d/apis/ccompat/v7".formatted(ports.registry()),
                        "kafka.port=" + ports.kafka(),
                        "registry.port=" + ports.registry(),
                        "gateway.port=" + ports.gateway(),
                        "resp.port=" + ports.resp(),
                        "shards=2"));
    }

    @AfterEach
    void endAll() {
        children.reversed().forEach(ChildJvm::close);
    }

    @Test
    void whatOneProcessWritesAnotherReadsAlsoAfterEachWasStoppedAndStarted() throws Exception {
        ChildJvm materialize = materialize(); // first, so that it waits for Kafka, and then for the topics
        ChildJvm stack = stack();
        ChildJvm produce = produce("resp");
        awaitServing(materialize, produce);
        write("greeting", "hello");
        awaitRead("greeting", "hello");
        assertEquals("running", publisher().path("state").asText());
        awaitReady(produceHttp);
        awaitReady(ports.http());

        terminate(produce);
        terminate(materialize);
        terminate(stack);

        stack = stack();
        produce = produce("resp");
        materialize = materialize();
        awaitServing(materialize, produce);
        awaitRead("greeting", "hello");
        write("greeting", "again");
        awaitRead("greeting", "again");
        assertEquals(2, publisher().path("shards").path(0).path("epoch").asInt(), "the second writer");
        for (ChildJvm each : List.of(produce, materialize, stack)) {
            terminate(each);
        }
    }

    @Test
    void aSecondWriterTakesOverAndTheFirstOneEndsWithItsOwnCode() throws Exception {
        stack();
        ChildJvm first = produce("resp");
        first.awaitLine(SAYS + "taking writes");
        ChildJvm second = produce("resp", "--gateway-port", "0", "--http-port", "0");
        second.awaitLine(SAYS + "taking writes");
        assertEquals(FENCED, first.awaitExit(LIMIT), "heartbeats find it out");
        terminate(second);
    }

    @Test
    void aKoraEngineIsFollowedInItsOwnProcessAndADamagedShardDoesNotEndIt() throws Exception {
        assumeTrue(KoraFixtures.arePresent(), KoraFixtures.ABSENT);
        stack();
        Path engine = directory.resolve("engine");
        copyShard("all-kinds", engine.resolve("shard-0"));
        copyShard("corrupt-crc", engine.resolve("shard-1"));
        ChildJvm produce = produce("kora", engine.toString(), "resp");
        ChildJvm materialize = materialize();
        awaitServing(materialize, produce);
        KoraExpectedState expected =
                KoraExpectedState.read(KoraFixtures.shard("all-kinds", 0).resolve("expected-state.json"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> RespState.check(ports.resp(), 0, expected, ELAPSED_MS));
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertHalted(1));
        assertEquals(503, get(produceHttp, "/health/ready").statusCode());
        assertEquals(200, get(produceHttp, "/health/live").statusCode());
        assertTrue(get(produceHttp, "/metrics").body().contains("kora_cdc_source_halted"), "its metrics");
        try (RespClient gateway = new RespClient(ports.gateway())) {
            assertTrue(refusal(gateway).startsWith("READONLY"), "the engine decides where a key is");
        }
        terminate(produce);
        terminate(materialize);
        assertEquals(1, produce("resp").awaitExit(LIMIT), "a gateway would write beside the engine");
    }

    private void assertHalted(int shard) throws Exception {
        JsonNode source = publisher().path("sources").path(0);
        assertEquals("halted", source.path("state").asText(), source::toString);
        JsonNode halted = source.path("shards").path(shard);
        assertEquals("halted", halted.path("state").asText(), source::toString);
        assertTrue(halted.path("reason").asText().contains("shard.wal"), source::toString);
        assertEquals("running", source.path("shards").path(0).path("state").asText(), source::toString);
    }

    private static String refusal(RespClient gateway) {
        try {
            return RespClient.text(gateway.call("SET", "a", "1"));
        } catch (JedisDataException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void copyShard(String fixture, Path to) throws IOException {
        Files.createDirectories(to);
        Files.copy(KoraFixtures.shard(fixture, 0).resolve("shard.wal"), to.resolve("shard.wal"));
    }

    private ChildJvm stack() {
        ChildJvm stack = run("stack", "--data", directory.resolve("stack").toString());
        stack.awaitLine(SAYS + "schema registry at");
        return stack;
    }

    private ChildJvm produce(String... arguments) {
        List<String> all = new ArrayList<>(List.of("produce"));
        all.addAll(List.of(arguments));
        if (!all.contains("--http-port")) {
            all.addAll(List.of("--http-port", Integer.toString(produceHttp)));
        }
        return run(all.toArray(String[]::new));
    }

    private ChildJvm materialize() {
        return run(
                "materialize",
                "--data",
                directory.resolve("materialize").toString(),
                "--http-port",
                Integer.toString(ports.http()));
    }

    private ChildJvm run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", directory.resolve("kora-cdc.properties").toString()));
        ChildJvm child = ChildJvm.start(KoraCdc.class, List.of("-Xmx384m", "-XX:TieredStopAtLevel=1"), all);
        children.add(child);
        return child;
    }

    private static void awaitServing(ChildJvm materialize, ChildJvm produce) {
        produce.awaitLine(SAYS + "http://");
        materialize.awaitLine(SAYS + "http://");
    }

    private static void terminate(ChildJvm child) {
        child.terminate();
        assertEquals(TERMINATED, child.awaitExit(LIMIT));
    }

    private void write(String key, String value) {
        try (RespClient gateway = new RespClient(ports.gateway())) {
            assertEquals("OK", gateway.text("SET", key, value));
        }
    }

    private void awaitRead(String key, String value) {
        Awaitility.await().atMost(LIMIT).ignoreExceptions().untilAsserted(() -> {
            try (RespClient reads = new RespClient(ports.resp())) {
                assertEquals(value, reads.text("GET", key));
            }
        });
    }

    private static void awaitReady(int port) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertEquals(200, get(port, "/health/ready").statusCode()));
    }

    private JsonNode publisher() throws Exception {
        return JSON.readTree(get(produceHttp, "/api/publisher").body());
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + port + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
