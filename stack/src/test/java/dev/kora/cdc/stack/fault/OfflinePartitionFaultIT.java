package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.producer.metrics.PublisherMeters;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.stack.NumberedWal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One partition of the WAL has no leader while the others have: the publisher says which one it is, in its status and its metrics, keeps
 * the entries, and goes on when the partition is back. Invariants I1 and I2 of docs/architecture.md.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class OfflinePartitionFaultIT {
    private static final int ROUNDS = 2;
    private static final int NUMBERS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path directory;

    private ClusterProcess cluster;
    private KafkaLog log;
    private Admin admin;
    private NumberedWal wal;
    private long appended;

    @BeforeEach
    void start() {
        cluster = ClusterProcess.start(
                directory.resolve("kafka"),
                Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
        log = KafkaLog.open(KafkaSettings.of(cluster.bootstrapServers()));
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
        wal = NumberedWal.create(cluster.bootstrapServers(), "db"); // one replica each, on brokers of their own
    }

    @AfterEach
    void stop() {
        admin.close(Duration.ofSeconds(1));
        log.close();
        cluster.close();
    }

    @Test
    void aPartitionThatIsOfflineIsNamed() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                Metrics metrics = Metrics.open("db")) {
            PublisherMeters.bind(publisher, metrics);
            append(publisher);
            awaitAcknowledged(publisher);
            for (int round = 0; round < ROUNDS; round++) {
                int shard = round % NumberedWal.SHARDS;
                int broker = leader(shard).id() - 1; // which are numbered from 1
                cluster.kill(broker);
                awaitOffline(shard);
                append(publisher);
                assertSaid(publisher, metrics, shard);
                cluster.startAgain(broker);
                awaitAcknowledged(publisher);
                assertOver(publisher, metrics);
            }
        }
        wal.assertHolds(log, appended);
        System.out.printf(
                "one partition offline: %d times named in status and metrics; %d numbers acknowledged%n",
                ROUNDS, appended * NumberedWal.SHARDS);
    }

    private void append(KafkaPublisher publisher) {
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            NumberedWal.append(publisher.writer(shard), appended, appended + NUMBERS);
        }
        appended += NUMBERS;
    }

    private static void awaitAcknowledged(KafkaPublisher publisher) {
        await().atMost(PATIENCE).ignoreException(CdcException.Unavailable.class).until(() -> {
            for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
                publisher.writer(shard).sync();
            }
            return true;
        });
    }

    private Node leader(int shard) {
        List<Node> leaders = leaders();
        assertNotEquals(leaders.get(shard).id(), leaders.get(1 - shard).id());
        return leaders.get(shard);
    }

    /** In the order of the shards; a partition that is offline has none, which Kafka says by one whose id is -1, or by null. */
    private List<Node> leaders() {
        try {
            return admin.describeTopics(List.of(TopicNames.wal("db"))).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(TopicPartitionInfo::leader)
                    .map(leader -> leader == null ? Node.noNode() : leader)
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void awaitOffline(int shard) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> IntStream.range(0, NumberedWal.SHARDS)
                        .allMatch(each -> leaders().get(each).isEmpty() == (each == shard)));
    }

    private void assertSaid(KafkaPublisher publisher, Metrics metrics, int shard) {
        String name = wal.partition(shard).toString();
        await().atMost(PATIENCE)
                .until(() -> publisher
                        .status()
                        .lastError()
                        .filter(error -> publisher.status().state() == State.RETRYING && error.contains(name))
                        .isPresent());
        PublisherStatus status = publisher.status();
        System.out.println("said of " + name + ": " + status.lastError().orElseThrow());
        assertTrue(status.retryingSince().isPresent());
        assertTrue(status.shards().get(shard).pendingEntries() >= NUMBERS, "what was appended is kept");
        assertEquals(1, gauge(metrics, "kora_cdc_publisher_state", "state=\"retrying\""));
        assertTrue(gauge(metrics, "kora_cdc_publisher_retrying_since_seconds", "") > 0);
    }

    /** What is committed is told a moment before the state is. */
    private static void assertOver(KafkaPublisher publisher, Metrics metrics) {
        await().atMost(PATIENCE).until(() -> publisher.status().state() == State.RUNNING);
        assertEquals(1, gauge(metrics, "kora_cdc_publisher_state", "state=\"running\""));
        assertEquals(0, gauge(metrics, "kora_cdc_publisher_retrying_since_seconds", ""));
    }

    private static double gauge(Metrics metrics, String name, String tag) {
        String line = metrics.scrape("")
                .text()
                .lines()
                .filter(each -> each.startsWith(name) && each.contains(tag))
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
