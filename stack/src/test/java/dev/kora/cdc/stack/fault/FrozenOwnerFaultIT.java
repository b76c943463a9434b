package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.stack.AbortedEntries;
import dev.kora.cdc.stack.CheckpointChecker;
import dev.kora.cdc.stack.MidTransaction;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.PublisherProcess;
import dev.kora.cdc.stack.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The owner of a shard is frozen within a commit, for longer than its session, and woken when another one owns the shard: nothing that it
 * does counts, its reads are true if old, and end as soon as it learns, and then it is a member as before. Invariants I6 and I8 of
 * docs/architecture.md.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class FrozenOwnerFaultIT {
    private static final int ROUNDS = 4;
    private static final long NUMBERS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Integer> SHARDS =
            IntStream.range(0, NumberedWal.SHARDS).boxed().toList();

    @TempDir
    Path directory;

    private BrokerProcess broker;
    private KafkaLog log;
    private NumberedWal wal;
    private PublisherProcess writer;
    private MaterializerProcess one;
    private MaterializerProcess two;

    @BeforeEach
    void start() {
        broker = BrokerProcess.start(
                directory.resolve("kafka"),
                Map.of("group.consumer.session.timeout.ms", "3000", "group.consumer.heartbeat.interval.ms", "200"));
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
        wal = NumberedWal.create(broker.bootstrapServers(), "db");
        writer = PublisherProcess.start(broker.bootstrapServers(), "db", PublisherProcess.Options.SMALL);
        one = member("one");
        two = member("two");
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
        writer.close();
        log.close();
        broker.close();
    }

    @Test
    void itCountsForNothingUntilItIsAMemberAgain() {
        long staleReads = 0;
        long longestStaleMs = 0;
        for (int round = 0; round < ROUNDS; round++) {
            awaitShared();
            MaterializerProcess frozen = round % 2 == 0 ? one : two;
            MaterializerProcess other = round % 2 == 0 ? two : one;
            int shard = served(frozen).orElseThrow();
            freeze(frozen, shard);
            await().atMost(PATIENCE).until(() -> SHARDS.stream().allMatch(each -> runs(other, each)));
            writer.awaitAcknowledged(NUMBERS);
            try (RespClient reads = reads(frozen, shard);
                    RespClient fresh = reads(other, shard)) {
                fresh.next(); // the answer to SHARD
                long newer = fresh.number("LLEN", NumberedWal.KEY);
                StaleReads stale = wake(frozen, reads, newer);
                staleReads += stale.count();
                longestStaleMs = Math.max(longestStaleMs, stale.ms());
            }
        }
        awaitShared();
        writer.kill();
        one.close();
        two.close();
        check(staleReads, longestStaleMs);
    }

    private MaterializerProcess member(String name) {
        return MaterializerProcess.start(
                broker.bootstrapServers(), "db", NumberedWal.SHARDS, name, directory.resolve(name));
    }

    /** Waits until each of both owns a shard and has caught up. */
    private void awaitShared() {
        await().atMost(PATIENCE).until(() -> {
            Optional<Integer> ones = served(one);
            Optional<Integer> twos = served(two);
            return ones.isPresent() && twos.isPresent() && !ones.equals(twos);
        });
    }

    /** The one shard that a member serves; empty where there is none, or more. */
    private static Optional<Integer> served(MaterializerProcess member) {
        List<Integer> served =
                SHARDS.stream().filter(shard -> runs(member, shard)).toList();
        return served.size() == 1 ? Optional.of(served.getFirst()) : Optional.empty();
    }

    private static boolean runs(MaterializerProcess member, int shard) {
        return member.state(shard).equals("running");
    }

    private void freeze(MaterializerProcess member, int shard) {
        MidTransaction.pause(member.jvm(), log, List.of(snapshot(shard)), () -> {
            long before = sequence(member.shard(shard));
            await().atMost(PATIENCE).until(() -> sequence(member.shard(shard)) > before);
        });
    }

    private static long sequence(JsonNode shard) {
        return shard.path("sequence").asLong();
    }

    private static LogPartition snapshot(int shard) {
        return new LogPartition(TopicNames.snapshot("db"), shard);
    }

    private static RespClient reads(MaterializerProcess member, int shard) {
        RespClient client = new RespClient(member.respPort());
        client.send("SHARD", shard);
        return client;
    }

    /** What a woken one said before it had learned. */
    private record StaleReads(long count, long ms) {}

    /** Wakes a member and reads from it until it says that the shard is not its own, or has what the new owner had. */
    private static StaleReads wake(MaterializerProcess member, RespClient reads, long newer) {
        member.jvm().resume();
        long wokenAtNanos = System.nanoTime();
        reads.next(); // the answer to SHARD
        long count = 0;
        while (isStale(reads, newer)) {
            count++;
            assertTrue(System.nanoTime() - wokenAtNanos < PATIENCE.toNanos(), "it never learns");
        }
        return new StaleReads(
                count, Duration.ofNanos(System.nanoTime() - wokenAtNanos).toMillis());
    }

    /** Whether it answers with an old state. */
    private static boolean isStale(RespClient reads, long newer) {
        try {
            List<Long> tail = reads.list("LRANGE", NumberedWal.KEY, -100, -1).stream()
                    .map(RespClient::text)
                    .map(Long::valueOf)
                    .toList();
            assertEquals(
                    LongStream.rangeClosed(tail.getFirst(), tail.getLast())
                            .boxed()
                            .toList(),
                    tail);
            return tail.getLast() + 1 < newer;
        } catch (JedisDataException e) {
            return false; // it says that it does not own the shard
        }
    }

    private void check(long staleReads, long longestStaleMs) {
        long checkpoints = 0;
        for (int shard : SHARDS) {
            wal.assertHolds(log, shard, writer.progress().acknowledged(shard));
            checkpoints += CheckpointChecker.check(log, snapshot(shard));
        }
        FinalState.check(log, "db", NumberedWal.SHARDS, "one", directory.resolve("one"));
        long aborted = AbortedEntries.count(
                broker.bootstrapServers(),
                SHARDS.stream().map(FrozenOwnerFaultIT::snapshot).toList());
        System.out.printf(
                "frozen owner: %d freezes within a commit, %d rows of aborted commits, %d checkpoints in order, %d"
                        + " stale reads after waking, at most for %d ms%n",
                ROUNDS, aborted, checkpoints, staleReads, longestStaleMs);
        assertTrue(aborted > 0, "no commit was frozen");
    }
}
