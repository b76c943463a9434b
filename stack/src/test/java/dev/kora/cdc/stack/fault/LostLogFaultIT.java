package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.reader.PositionLostException;
import dev.kora.cdc.reader.WalExtent;
import dev.kora.cdc.reader.WalReader;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.MidTransaction;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.WalState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log is cut off in front of who reads it, or its topics are deleted and created anew under who reads and writes them: everybody
 * notices, stops, and names what happened. Invariant I4 of docs/architecture.md.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class LostLogFaultIT {
    private static final int NUMBERS = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path directory;

    private static BrokerProcess broker;
    private static KafkaLog log;

    private NumberedWal wal;
    private MaterializerProcess materializer;
    private long appended;

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start(directory.resolve("kafka"), Map.of("group.consumer.session.timeout.ms", "45000"));
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) {
        String database = test.getTestMethod().orElseThrow().getName();
        wal = NumberedWal.create(broker.bootstrapServers(), database);
        materializer = MaterializerProcess.start(
                broker.bootstrapServers(), database, NumberedWal.SHARDS, "one", directory.resolve(database));
    }

    @AfterEach
    void close() {
        materializer.close();
    }

    @Test
    void entriesDeletedBeforeTheyWereReadHaltTheirShardAlone() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                WalReader tail = tail(0)) {
            append(publisher);
            awaitMaterialized(0, 1);
            materializer.jvm().pause();
            append(publisher); // may be in the answer to the poll that it was paused in, and what follows is not
            MidTransaction.awaitDecided(log, wal.partitions(), PATIENCE);
            append(publisher);
            MidTransaction.awaitDecided(log, wal.partitions(), PATIENCE);
            long before = log.ends(wal.partition(0)).lastStable() - 10;
            log.deleteBefore(wal.partition(0), before);
            materializer.jvm().resume();
            awaitHalted(0, wal.partition(0) + ", offset ", "was deleted");
            assertLost(tail, PositionLostException.Loss.TRUNCATED, "was deleted");
            append(publisher); // a writer needs no more than the end
            awaitMaterialized(1);
        }
        // Who starts later finds the same, whatever became of the one that halted.
        materializer.close();
        materializer = MaterializerProcess.start(
                broker.bootstrapServers(),
                wal.database(),
                NumberedWal.SHARDS,
                "one",
                directory.resolve(wal.database()));
        awaitHalted(0, "were deleted before they were materialised");
        awaitMaterialized(1);
        System.out.println("lost log: entries deleted before they were read halt their shard, the other one goes on");
    }

    @Test
    void aLogCreatedAnewStopsItsWriterAndItsReaders() {
        try (WalReader tail = tail(0)) {
            KafkaPublisher publisher = NumberedWal.open(log, wal.config());
            append(publisher);
            awaitMaterialized(0, 1);
            tail.poll(PATIENCE);
            createAnew(TopicNames.wal(wal.database()));
            WalWriter writer = publisher.writer(0);
            writer.append(NumberedWal.number(-1));
            CdcException stopped = assertThrows(CdcException.Fenced.class, writer::sync);
            assertSays(String.valueOf(stopped.getMessage()), TopicNames.wal(wal.database()), "created anew");
            assertEquals(State.STOPPED, publisher.status().state());
            assertThrows(CdcException.Unavailable.class, publisher::close);

            // Somebody begins to write it again, as if nothing had been.
            KafkaPublisher next = NumberedWal.open(log, wal.config());
            for (int i = 0; i < 5; i++) {
                append(next);
            }
            awaitHalted(0, TopicNames.wal(wal.database()), "created anew");
            awaitHalted(1, TopicNames.wal(wal.database()), "created anew");
            assertLost(tail, PositionLostException.Loss.RECREATED, "created anew");
            next.close();
        }
        System.out.println("lost log: a WAL created anew stops its publisher, halts both shards and ends a tail");
    }

    @Test
    void aCompactedTopicCreatedAnewHaltsItsShards() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config())) {
            append(publisher);
            awaitMaterialized(0, 1);
            createAnew(TopicNames.snapshot(wal.database()));
            append(publisher);
            awaitHalted(0, TopicNames.snapshot(wal.database()));
            awaitHalted(1, TopicNames.snapshot(wal.database()));
        }
        System.out.println("lost log: a compacted topic created anew halts both shards");
    }

    private WalReader tail(int shard) {
        LogPartition partition = wal.partition(shard);
        return WalReader.open(
                log, partition, WalState.CODEC, WalExtent.read(log, partition).fromStart(), System::nanoTime);
    }

    /** Appends numbers to both shards, which are acknowledged then. */
    private void append(KafkaPublisher publisher) {
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            WalWriter writer = publisher.writer(shard);
            NumberedWal.append(writer, appended, appended + NUMBERS);
            writer.sync();
        }
        appended += NUMBERS;
    }

    /** Waits until everything in the logs of these shards is applied, by whatever process. */
    private void awaitMaterialized(Integer... shards) {
        for (int shard : shards) {
            long last = wal.entries(log, shard).getLast().sequence();
            await().atMost(PATIENCE)
                    .until(() -> materializer.state(shard).equals("running")
                            && materializer.shard(shard).path("lag_records").asLong(-1) == 0
                            && materializer.shard(shard).path("sequence").asLong() >= last);
        }
    }

    private void awaitHalted(int shard, String... words) {
        await().atMost(PATIENCE).until(() -> materializer.state(shard).equals("halted"));
        assertSays(materializer.shard(shard).path("reason").asText(), words);
    }

    private static void assertLost(WalReader tail, PositionLostException.Loss loss, String... words) {
        PositionLostException lost = await().atMost(PATIENCE)
                .until(() -> lost(tail), Optional::isPresent)
                .orElseThrow();
        assertEquals(loss, lost.loss(), lost::toString);
        assertSays(String.valueOf(lost.getMessage()), words);
    }

    private static Optional<PositionLostException> lost(WalReader tail) {
        try {
            tail.poll(Duration.ofMillis(100));
            return Optional.empty();
        } catch (PositionLostException e) {
            return Optional.of(e);
        } catch (CdcException.Unavailable | CdcException.Invalid meanwhile) {
            return Optional.empty(); // the topic is being created
        }
    }

    private static void assertSays(String text, String... words) {
        for (String word : words) {
            assertTrue(text.contains(word), () -> "\"%s\" is not in: %s".formatted(word, text));
        }
    }

    private void createAnew(String topic) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.deleteTopics(List.of(topic)).all().get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        NumberedWal.create(broker.bootstrapServers(), wal.database());
    }
}
