package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.stack.Progress;
import dev.kora.cdc.stack.Stack;
import dev.kora.cdc.stack.StackConfig;
import dev.kora.cdc.stack.cli.CommandRig.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * Somebody else writes into one shard's log. The shard halts and says so everywhere, the others go on; the commands show the
 * record and get the shard going again, and a rebuild knows. Invariant I10 of docs/architecture.md.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class HaltIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SHARD = 1;
    private static final String WHY = "written by hand in a test";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final List<String> pushed = new ArrayList<>();

    @Test
    void aHaltedShardIsInspectedSkippedAndRebuilt() throws Exception {
        String digest;
        try (Stack stack = start()) {
            push(stack, "before");
            awaitPushed(stack, everyShard(stack));

            long offset = write(stack, "not ours".getBytes(StandardCharsets.UTF_8));
            push(stack, "behind");
            awaitHalted(stack, offset);
            saysSoEverywhere(stack, offset);
            awaitPushed(stack, others(stack));
            inspect(stack, offset);
            tailStopsThere(stack, offset);
            resumeHaltsAgain(stack, offset);
            skip(stack, offset);
            awaitPushed(stack, everyShard(stack));
            fineButSkipped(stack, 1, offset);

            long second = write(stack, zombieEntry());
            push(stack, "behind the zombie");
            awaitHalted(stack, second);
            assertTrue(shard(stack).at("/halted/reason").asText().contains("in epoch 77"));
            skip(stack, second);
            awaitPushed(stack, everyShard(stack));
            fineButSkipped(stack, 2, second);
            tailGoesOnWhenTold(stack);
            theConsumerOfAnotherDatabaseIsToldNothing(stack);
            digest = shard(stack).path("digest").asText();
        }
        delete(directory.resolve("store"));
        try (Stack rebuilt = start()) {
            awaitPushed(rebuilt, everyShard(rebuilt));
            assertEquals(digest, shard(rebuilt).path("digest").asText());
            assertEquals(2, shard(rebuilt).at("/skipped/count").asInt());
            assertEquals(WHY, shard(rebuilt).at("/skipped/reason").asText());
            push(rebuilt, "after the rebuild");
            awaitPushed(rebuilt, everyShard(rebuilt));
        }
    }

    private Stack start() {
        return Stack.start(StackConfig.of(directory), Progress.silent());
    }

    // --- what is written

    private static List<Integer> everyShard(Stack stack) {
        return IntStream.range(0, stack.shards()).boxed().toList();
    }

    private static List<Integer> others(Stack stack) {
        return everyShard(stack).stream().filter(shard -> shard != SHARD).toList();
    }

    /** A key of a shard. */
    private static String key(Stack stack, int shard) {
        return IntStream.range(0, 1_000)
                .mapToObj(i -> "list" + i)
                .filter(key -> JedisClusterCRC16.getSlot(key) % stack.shards() == shard)
                .findFirst()
                .orElseThrow();
    }

    private void push(Stack stack, String value) {
        try (Jedis gateway = new Jedis("127.0.0.1", stack.ports().gateway())) {
            everyShard(stack).forEach(shard -> gateway.rpush(key(stack, shard), value));
        }
        pushed.add(value);
    }

    private void awaitPushed(Stack stack, List<Integer> shards) {
        try (Jedis reads = new Jedis("127.0.0.1", stack.ports().resp())) {
            for (int shard : shards) {
                Awaitility.await()
                        .atMost(SOON)
                        .ignoreExceptionsMatching(JedisDataException.class::isInstance)
                        .untilAsserted(() -> assertEquals(pushed, reads.lrange(key(stack, shard), 0, -1)));
            }
        }
    }

    /** Commits a record to the shard's log, as no publisher would; its offset. */
    private static long write(Stack stack, byte[] value) throws Exception {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                stack.bootstrapServers(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                "a-stranger",
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                ByteArraySerializer.class);
        try (KafkaProducer<byte[], byte[]> stranger = new KafkaProducer<>(settings)) {
            stranger.initTransactions();
            stranger.beginTransaction();
            byte[] key = "stranger".getBytes(StandardCharsets.UTF_8);
            var sent = stranger.send(new ProducerRecord<>(stack.database() + ".wal", SHARD, key, value));
            stranger.commitTransaction();
            return sent.get().offset();
        }
    }

    /** A whole entry, of a writer that never was. Both schemas are registered anew in each registry, the entries' first. */
    private byte[] zombieEntry() {
        var record = new WalRecord.RPush(Bytes.utf8("zombie"), List.of());
        return new WalEntryCodec(1, SchemaSource.NONE)
                .encode(new WalEntry(77, 1, 0, record))
                .array();
    }

    // --- what is told

    private static JsonNode shard(Stack stack) throws Exception {
        return JSON.readTree(get(stack, "/api/shards")).at("/shards/" + SHARD);
    }

    private static String get(Stack stack, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + stack.ports().http() + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void awaitHalted(Stack stack, long offset) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            JsonNode shard = shard(stack);
            assertEquals("halted", shard.path("state").asText());
            assertEquals(offset, shard.at("/halted/offset").asLong());
        });
    }

    private void saysSoEverywhere(Stack stack, long offset) throws Exception {
        String place = "kora.wal-%d, offset %d".formatted(SHARD, offset);
        String command = "kora-cdc skip --shard %d --offset %d --reason".formatted(SHARD, offset);
        JsonNode halted = shard(stack).path("halted");
        assertEquals("kora.wal", halted.path("topic").asText());
        assertEquals(SHARD, halted.path("partition").asInt());
        assertEquals(3, halted.path("commands").size());

        Outcome status = run(stack, "status", "--http-url", http(stack));
        assertEquals(1, status.exitCode());
        assertTrue(
                status.lines().stream()
                        .anyMatch(line -> line.startsWith("shard %d, halted: ".formatted(SHARD))
                                && line.contains(place)
                                && line.contains(command)),
                status.out());

        JsonNode told = JSON.readTree(
                run(stack, "status", "--json", "--http-url", http(stack)).out());
        assertEquals(halted, told.at("/shards/%d/halted".formatted(SHARD)), "as /api/shards tells it");
        assertTrue(told.at("/shards/0/halted").isNull());

        try (Jedis reads = new Jedis("127.0.0.1", stack.ports().resp())) {
            var refused = assertThrows(JedisDataException.class, () -> reads.lrange(key(stack, SHARD), 0, -1));
            String text = String.valueOf(refused.getMessage());
            assertTrue(
                    text.startsWith("HALTED shard " + SHARD) && text.contains(place) && text.contains(command), text);
        }

        List<String> metrics = get(stack, "/metrics").lines().toList();
        String tags = "{database=\"kora\",shard=\"%d\",topic=\"wal\"} ".formatted(SHARD);
        assertTrue(metrics.contains("kora_cdc_halted" + tags + "1.0"));
        assertTrue(metrics.contains("kora_cdc_halted_offset" + tags + (double) offset));
        assertTrue(metrics.contains("kora_cdc_shards_halted{database=\"kora\"} 1.0"));
    }

    private void inspect(Stack stack, long offset) {
        Outcome shown = run(stack, "inspect", "--shard", "1", "--offset", "" + offset, "--neighbours", "2");
        assertEquals(0, shown.exitCode(), shown.err());
        String out = shown.out();
        assertTrue(out.contains("kora.wal-1, offset " + offset + ": a committed record"), out);
        assertTrue(out.contains("|not ours|"), out);
        assertTrue(out.contains("|stranger|"), out);
        assertTrue(out.contains("no further: a value begins with 0x6e"), out);
        assertTrue(out.lines().anyMatch(line -> line.contains("\"values\":[\"behind\"]")), out);

        Outcome nothing = run(stack, "inspect", "--shard", "1", "--offset", "" + (offset + 1));
        assertEquals(1, nothing.exitCode());
        assertTrue(nothing.err().contains("the end of a transaction"), nothing.err());
        Outcome beyond = run(stack, "inspect", "--shard", "1", "--offset", "1000000");
        assertTrue(beyond.err().contains("nothing stands at 1000000 yet"), beyond.err());

        long checkpoint = shardOffset(stack);
        Outcome row = run(stack, "inspect", "--shard", "1", "--topic", "snapshot", "--offset", "" + checkpoint);
        assertTrue(row.out().contains("row           Checkpoint["), row.out() + row.err());
    }

    /** Offset of the last checkpoint. */
    private static long shardOffset(Stack stack) {
        try {
            return shard(stack).path("snapshot_offset").asLong() - 1;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void tailStopsThere(Stack stack, long offset) {
        Outcome tail = run(stack, "tail", "--shard", "1");
        assertEquals(1, tail.exitCode());
        assertTrue(tail.err().contains("kora-cdc inspect --shard 1 --offset " + offset), tail.err());
        assertTrue(tail.out().contains("before") && !tail.out().contains("behind"), tail.out());
    }

    private void tailGoesOnWhenTold(Stack stack) {
        Outcome tail = run(stack, "tail", "--shard", "1", "--pass-broken");
        assertEquals(0, tail.exitCode(), tail.err());
        assertEquals(
                2,
                tail.err()
                        .lines()
                        .filter(line -> line.contains("passed over: kora.wal-1"))
                        .count());
        pushed.forEach(each -> assertTrue(tail.out().contains("[\"" + each + "\"]"), tail.out()));
    }

    // --- what is done

    private void resumeHaltsAgain(Stack stack, long offset) {
        Outcome resumed = order(stack, "resume", "--shard", "1");
        assertEquals(1, resumed.exitCode());
        assertTrue(resumed.err().contains("offset " + offset), resumed.err());
        Outcome other = order(stack, "resume", "--shard", "2");
        assertTrue(other.err().contains("shard 2: the shard is not halted"), other.err());
        Outcome none = order(stack, "resume", "--shard", "4");
        assertTrue(none.err().contains("there is no shard 4: there are shards 0 to 3"), none.err());
        Outcome missing = order(stack, "resume", "--shard", "1", "--database", "kroa");
        assertEquals(1, missing.exitCode());
        assertTrue(missing.err().contains("kroa.wal"), missing.err());
    }

    /** The commands' own cluster has a database of that name, but it is another one. */
    private void theConsumerOfAnotherDatabaseIsToldNothing(Stack stack) throws Exception {
        AtomicInteger orders = new AtomicInteger();
        String shards = get(stack, "/api/shards");
        String id = JSON.readTree(shards).path("cluster_id").asText();
        List<Route> routes = List.of(
                Route.get("/api/shards", request -> new Response(200, "application/json", shards.replace(id, "other"))),
                Route.post("/api/shards/{shard}/resume", request -> {
                    orders.incrementAndGet();
                    return Response.json(200, Map.of("result", "done"));
                }));
        try (HttpEndpoint other =
                HttpEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)) {
            Outcome resumed = CommandRig.runAsIs(
                    "resume",
                    "--shard",
                    "1",
                    "--http-url",
                    "http://127.0.0.1:" + other.port(),
                    "--bootstrap-servers",
                    stack.bootstrapServers());
            assertEquals(1, resumed.exitCode(), resumed.out());
            assertTrue(
                    resumed.err().contains("another database, kora of the Kafka cluster other with 4 shards, not kora"),
                    resumed.err());
            assertEquals(0, orders.get());
        }
    }

    private void skip(Stack stack, long offset) {
        Outcome mistyped = skip(stack, offset - 1, WHY);
        assertEquals(1, mistyped.exitCode());
        assertTrue(mistyped.err().contains("is halted at offset %d, not at".formatted(offset)), mistyped.err());
        assertEquals(1, skip(stack, offset, " ").exitCode());

        Outcome skipped = skip(stack, offset, WHY);
        assertEquals(0, skipped.exitCode(), skipped.err());
        assertTrue(skipped.out().startsWith("shard 1: the entry at offset %d is skipped".formatted(offset)));
    }

    private static Outcome skip(Stack stack, long offset, String reason) {
        return order(stack, "skip", "--shard", "1", "--offset", "" + offset, "--reason", reason);
    }

    private static Outcome order(Stack stack, String... arguments) {
        return CommandRig.runAsIs(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--http-url", http(stack), "--bootstrap-servers", stack.bootstrapServers()))
                .toArray(String[]::new));
    }

    private void fineButSkipped(Stack stack, int count, long offset) throws Exception {
        assertEquals(count, shard(stack).at("/skipped/count").asInt());
        Outcome status = run(stack, "status", "--http-url", http(stack));
        assertEquals(0, status.exitCode(), status.out());
        assertTrue(
                status.out().contains("skipped, the last at offset " + offset)
                        && status.out().contains(WHY),
                status.out());
        JsonNode told = JSON.readTree(
                run(stack, "status", "--json", "--http-url", http(stack)).out());
        assertEquals(shard(stack).path("skipped"), told.at("/shards/%d/skipped".formatted(SHARD)));
        assertTrue(get(stack, "/metrics")
                .contains("kora_cdc_skipped_total{database=\"kora\",shard=\"1\"} %d.0".formatted(count)));
    }

    private static Outcome run(Stack stack, String... arguments) {
        return CommandRig.runAsIs(Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--bootstrap-servers", stack.bootstrapServers(), "--registry-url", stack.registryUrl()))
                .toArray(String[]::new));
    }

    private static String http(Stack stack) {
        return "http://127.0.0.1:" + stack.ports().http();
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
