package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.stack.cli.KoraCdc;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole demo is killed under load, again and again on one directory: whatever was acknowledged is there once, in its
 * order, and the rows are what the log says (invariants of docs/architecture.md).
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class DemoCrashIT {
    private static final int KILLS = 3;
    private static final int LOADS = 8;
    private static final int WINDOW = 400;
    private static final long ACKNOWLEDGED_PER_LIFE = 2_000;
    private static final long UNACKNOWLEDGED = 1_000;
    private static final int SHARDS = 4;
    private static final int CHUNK = 5_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final List<PushLoad> loads = IntStream.range(0, LOADS)
            .mapToObj(i -> new PushLoad("load-" + i, WINDOW))
            .toList();

    @Test
    void nothingAcknowledgedIsLostOrDoubled() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            killUnderLoad();
        }
        try (Stack stack = start()) {
            finishTheLoads(stack);
            check(stack);
            checkersSee(stack);
        }
        deleteStore();
        try (Stack stack = start()) {
            check(stack);
        }
    }

    private void killUnderLoad() throws InterruptedException {
        StackPorts ports = StackPorts.free().choose();
        try (ChildJvm demo = ChildJvm.start(KoraCdc.class, List.of("-Xmx640m"), arguments(ports))) {
            demo.awaitLine("Kora CDC runs");
            loads.forEach(load -> load.connect(ports.gateway()));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> loads.stream().allMatch(load -> load.acknowledgedNow() >= ACKNOWLEDGED_PER_LIFE)
                            && unacknowledged() >= UNACKNOWLEDGED);
            demo.kill();
        }
        for (PushLoad load : loads) {
            load.awaitEnd();
        }
        long lost = loads.stream().mapToLong(PushLoad::unacknowledgedInLastLife).sum();
        assertTrue(lost >= UNACKNOWLEDGED, () -> "only " + lost + " appends were unacknowledged at the kill");
    }

    private long unacknowledged() {
        return loads.stream().mapToLong(PushLoad::unacknowledgedNow).sum();
    }

    private List<String> arguments(StackPorts ports) {
        return List.of(
                "demo",
                "--data",
                directory.toString(),
                "--shards",
                Integer.toString(SHARDS),
                "--kafka-port",
                Integer.toString(ports.kafka()),
                "--registry-port",
                Integer.toString(ports.registry()),
                "--gateway-port",
                Integer.toString(ports.gateway()),
                "--resp-port",
                Integer.toString(ports.resp()),
                "--http-port",
                Integer.toString(ports.http()));
    }

    private Stack start() {
        return Stack.start(StackConfig.of(directory).withShards(SHARDS), Progress.silent());
    }

    /** The last writes of the test, which must all be acknowledged. */
    private void finishTheLoads(Stack stack) throws InterruptedException {
        loads.forEach(load -> load.connect(stack.ports().gateway()));
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> loads.stream().allMatch(load -> load.acknowledgedNow() >= ACKNOWLEDGED_PER_LIFE));
        for (PushLoad load : loads) {
            load.finish();
        }
    }

    private void check(Stack stack) {
        try (WalProbe wal = WalProbe.open(stack)) {
            for (int shard = 0; shard < SHARDS; shard++) {
                Tally expected = WalProbe.fold(wal.entries(shard));
                awaitTally(stack, shard, expected);
            }
        }
        try (RespClient reads = new RespClient(stack.ports().resp())) {
            loads.forEach(load -> load.check(items(reads, load.key())));
        }
    }

    private static void awaitTally(Stack stack, int shard, Tally expected) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            JsonNode found = shard(stack, shard);
            // A shard that is being taken over tells neither.
            assertEquals(expected.rows(), found.path("rows").asLong(), found::toString);
            assertEquals(
                    "%016x".formatted(expected.digest()), found.path("digest").asText(), found::toString);
        });
    }

    private static JsonNode shard(Stack stack, int shard) throws IOException {
        URI uri = URI.create(
                "http://127.0.0.1:%d/api/shards".formatted(stack.ports().http()));
        try (InputStream answer = uri.toURL().openStream()) {
            return JSON.readTree(answer).get("shards").get(shard);
        }
    }

    private static List<Long> items(RespClient reads, String key) {
        List<Long> items = new ArrayList<>();
        long length = reads.number("LLEN", key);
        for (long from = 0; from < length; from += CHUNK) {
            for (byte[] item : reads.list("LRANGE", key, from, from + CHUNK - 1)) {
                items.add(Long.parseLong(RespClient.text(item)));
            }
        }
        return items;
    }

    /** The checkers themselves: they fail on a log that lacks one entry. */
    private void checkersSee(Stack stack) {
        PushLoad load = loads.getFirst();
        try (WalProbe wal = WalProbe.open(stack)) {
            for (int shard = 0; shard < SHARDS; shard++) {
                List<WalEntry> entries = wal.entries(shard);
                List<Long> pushed = pushed(entries, load.key());
                if (pushed.isEmpty()) {
                    continue;
                }
                List<WalEntry> lacking = withoutPush(entries, load.key(), 1);
                int ofShard = shard;
                assertThrows(AssertionError.class, () -> WalChecker.check(wal.partition(ofShard), lacking));
                assertThrows(AssertionError.class, () -> load.check(pushed(lacking, load.key())));
                load.check(pushed);
                return;
            }
        }
        throw new AssertionError("no shard holds " + load.key());
    }

    private static List<Long> pushed(List<WalEntry> entries, String key) {
        return entries.stream()
                .flatMap(entry -> push(entry, key))
                .map(value -> Long.parseLong(value.text()))
                .toList();
    }

    private static List<WalEntry> withoutPush(List<WalEntry> entries, String key, long number) {
        return entries.stream()
                .filter(entry ->
                        push(entry, key).noneMatch(value -> value.text().equals(Long.toString(number))))
                .toList();
    }

    private static Stream<Bytes> push(WalEntry entry, String key) {
        return entry.content() instanceof WalRecord.RPush push
                        && push.key().text().equals(key)
                ? push.values().stream()
                : Stream.empty();
    }

    private void deleteStore() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("store"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
