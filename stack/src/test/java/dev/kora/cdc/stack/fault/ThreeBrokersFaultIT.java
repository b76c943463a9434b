package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.stack.AbortedEntries;
import dev.kora.cdc.stack.CheckpointChecker;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.PublisherProcess;
import dev.kora.cdc.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers, of which one may be away: each is killed in turn under load and comes back, and everything goes on. With two of them away
 * appends wait, then they are refused, and on return nothing is lost or doubled. Invariants I1 and I2 of docs/architecture.md.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class ThreeBrokersFaultIT {
    private static final int ROUNDS = 2;
    private static final long NUMBERS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** In more time than a batch is tried to be delivered. */
    private static final long REFUSED = 10;

    private static final int RING_BYTES = 64 * 1024;
    private static final Duration APPEND_TIMEOUT = Duration.ofSeconds(2);
    private static final List<Integer> SHARDS =
            IntStream.range(0, NumberedWal.SHARDS).boxed().toList();

    @TempDir
    Path directory;

    private ClusterProcess cluster;
    private KafkaLog log;
    private Admin admin;
    private NumberedWal wal;
    private PublisherProcess writer;
    private MaterializerProcess materializer;

    @BeforeEach
    void start() {
        cluster = ClusterProcess.start(
                directory.resolve("kafka"),
                Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
        log = KafkaLog.open(KafkaSettings.of(cluster.bootstrapServers()));
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        wal = NumberedWal.create(cluster.bootstrapServers(), "db", TopicLayout.REPLICATED);
        writer = PublisherProcess.start(
                cluster.bootstrapServers(), "db", PublisherProcess.Options.BUSY.withRing(RING_BYTES, APPEND_TIMEOUT));
        materializer = MaterializerProcess.start(
                cluster.bootstrapServers(), "db", NumberedWal.SHARDS, "one", directory.resolve("one"));
    }

    @AfterEach
    void stop() {
        materializer.close();
        writer.close();
        admin.close(Duration.ofSeconds(1));
        log.close();
        cluster.close();
    }

    @Test
    void eachIsKilledInTurnAndThenTwoAtOnce() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int broker = 0; broker < ClusterProcess.BROKERS; broker++) {
                writer.awaitAcknowledged(NUMBERS);
                cluster.kill(broker);
                writer.awaitAcknowledged(NUMBERS); // the other two take it
                cluster.startAgain(broker);
                awaitAllInSync();
            }
        }
        PublisherProcess.Progress rolled = writer.awaitAcknowledged(NUMBERS);
        killTwo();
        PublisherProcess.Progress last = writer.awaitAcknowledged(NUMBERS);
        awaitMaterialized();
        writer.kill();
        materializer.close();
        check(rolled, last);
    }

    /** Nobody acknowledges anything until one of them is back. */
    private void killTwo() {
        cluster.kill(0);
        cluster.kill(1);
        await().atMost(PATIENCE).until(() -> refused() >= REFUSED);
        PublisherProcess.Progress stuck = writer.progress();
        String refusal = writer.refusal().orElseThrow().message();
        assertTrue(refusal.contains("no room in the ring"), refusal);
        assertTrue(refusal.contains("the log's last error: "), refusal);
        cluster.launchAgain(0);
        cluster.launchAgain(1);
        cluster.awaitServing(0);
        cluster.awaitServing(1);
        awaitAllInSync();
        assertTrue(
                SHARDS.stream().allMatch(shard -> writer.progress().acknowledged(shard) >= stuck.acknowledged(shard)));
    }

    private long refused() {
        return writer.refusal().map(PublisherProcess.Refusal::count).orElse(0L);
    }

    private void awaitAllInSync() {
        List<String> topics = List.of(TopicNames.wal("db"), TopicNames.snapshot("db"));
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .allMatch(ThreeBrokersFaultIT::isInSync));
    }

    private static boolean isInSync(TopicDescription topic) {
        return topic.partitions().stream().allMatch(each -> each.isr().size() == ClusterProcess.BROKERS);
    }

    private void awaitMaterialized() {
        long[] sequences = SHARDS.stream()
                .mapToLong(shard -> materializer.shard(shard).path("sequence").asLong())
                .toArray();
        await().atMost(PATIENCE)
                .until(() -> SHARDS.stream().allMatch(shard -> {
                    return materializer.state(shard).equals("running")
                            && materializer.shard(shard).path("sequence").asLong() > sequences[shard] + NUMBERS;
                }));
    }

    private void check(PublisherProcess.Progress rolled, PublisherProcess.Progress last) {
        long checkpoints = 0;
        for (int shard : SHARDS) {
            wal.assertHolds(log, shard, last.acknowledged(shard));
            checkpoints += CheckpointChecker.check(log, new LogPartition(TopicNames.snapshot("db"), shard));
        }
        assertEquals(
                1,
                wal.entries(log, 0).stream()
                        .filter(entry -> entry.content() == Control.WRITER_OPENED)
                        .count(),
                "one publisher went on through all of it");
        FinalState.check(log, "db", NumberedWal.SHARDS, "one", directory.resolve("one"));
        System.out.printf(
                "three brokers: %d rolling kills, %d transactions aborted and %d re-openings by then; two away: %d"
                        + " appends refused; %d numbers acknowledged, %d entries of aborted transactions, %d checkpoints"
                        + " in order%n",
                ROUNDS * ClusterProcess.BROKERS,
                rolled.aborted(),
                rolled.reopened(),
                refused(),
                last.acknowledged(0) + last.acknowledged(1),
                AbortedEntries.count(cluster.bootstrapServers(), wal.partitions()),
                checkpoints);
    }
}
