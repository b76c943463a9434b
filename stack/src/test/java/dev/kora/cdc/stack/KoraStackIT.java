package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kora.cdc.schema.KoraExpectedState;
import dev.kora.cdc.schema.KoraFixtures;
import dev.kora.cdc.stack.StackConfig.KoraDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.exceptions.JedisDataException;

/** From Kora's own files through Kafka to RESP: what a program reads is the state that Kora's own code reaches. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class KoraStackIT {
    /** Longer than any of these tests. */
    private static final long ELAPSED_MS = Duration.ofMinutes(6).toMillis();

    @TempDir
    Path directory;

    @BeforeAll
    static void needsKorasFiles() {
        assumeTrue(KoraFixtures.arePresent(), KoraFixtures.ABSENT);
    }

    @Test
    void everyKindOfRecordArrives() {
        try (Stack stack = follow("all-kinds", true)) {
            check(stack, "all-kinds", 0, "expected-state.json");
        }
    }

    @Test
    void snapshotThenLogAsKoraRecoversAndARestartRepeatsNothing() {
        try (Stack stack = follow("four-shards", true)) {
            checkRecovered(stack);
            refusesWrites(stack);
        }
        try (Stack stack = follow("four-shards", true)) {
            checkRecovered(stack);
            assertEquals(4 * 25_000 + 511 + 544, mutations(stack));
        }
    }

    private void checkRecovered(Stack stack) {
        check(stack, "four-shards", 0, "expected-state-rdb-then-wal.json");
        check(stack, "four-shards", 1, "expected-state-rdb-then-wal.json");
        check(stack, "four-shards", 2, "expected-state.json");
        check(stack, "four-shards", 3, "expected-state.json");
    }

    @Test
    void theLogAlone() {
        try (Stack stack = follow("four-shards", false)) {
            for (int shard = 0; shard < 4; shard++) {
                check(stack, "four-shards", shard, "expected-state.json");
            }
            assertEquals(4 * 25_000, mutations(stack));
        }
    }

    private Stack follow(String fixture, boolean withRdb) {
        Path kora = Objects.requireNonNull(KoraFixtures.shard(fixture, 0).getParent());
        return Stack.start(StackConfig.of(directory).withKora(new KoraDirectory(kora, withRdb)), Progress.silent());
    }

    private static void check(Stack stack, String fixture, int shard, String file) {
        KoraExpectedState expected =
                KoraExpectedState.read(KoraFixtures.shard(fixture, shard).resolve(file));
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> RespState.check(stack.ports().resp(), shard, expected, ELAPSED_MS));
    }

    /** Entries of the WAL that change state: one for each record of the files. */
    private static long mutations(Stack stack) {
        try (WalProbe wal = WalProbe.open(stack)) {
            return wal.mutations();
        }
    }

    private static void refusesWrites(Stack stack) {
        try (RespClient gateway = new RespClient(stack.ports().gateway())) {
            gateway.call("SET", "a", "1");
            throw new AssertionError("the gateway takes writes beside a Kora engine");
        } catch (JedisDataException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("READONLY"), e.toString());
        }
    }
}
