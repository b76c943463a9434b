package dev.kora.cdc.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.reader.Change;
import dev.kora.cdc.reader.ShardTopics;
import dev.kora.cdc.reader.SnapshotThenWal;
import dev.kora.cdc.reader.WalTail;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial of docs/reading.md: a subscriber that comes late, dies and falls behind, on a real broker. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class SubscriberIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final DatabaseCodecs CODECS = new DatabaseCodecs(WalState.CODEC, WalState.ROW_CODEC);

    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private KafkaLog log;
    private RandomWal wal;
    private Materializer owner;

    @BeforeEach
    void start() {
        broker = EmbeddedBroker.start(directory.resolve("kafka"));
        KafkaSettings settings = KafkaSettings.of(broker.bootstrapServers());
        log = KafkaLog.open(settings);
        try (DatabaseTopics topics = DatabaseTopics.open(settings, "kora")) {
            topics.ensure(1, TopicLayout.SINGLE);
        }
        wal = new RandomWal(log, "kora", 1, new Random(Long.getLong("kora.seed", 20261125)));
        owner = Materializer.open(
                MaterializerConfig.of("kora", 1, "owner"),
                log,
                CODECS.wal(),
                CODECS.snapshot(),
                shard -> new MemoryStore(),
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        owner.close();
        wal.close();
        log.close();
        broker.close();
    }

    @Test
    void comesLateDiesAndFallsBehind() {
        ShardTopics shard = ShardTopics.of(log, CODECS, "kora", 0);
        for (int truncation = 0; truncation < 3; truncation++) {
            wal.write(300);
            truncate();
            wal.write(50);
        }
        Mirror mirror = new Mirror();
        mirror.follow(shard);
        assertMirrors(mirror);
        assertEquals(1, mirror.resets());

        wal.write(200);
        try (SnapshotThenWal dying = SnapshotThenWal.open(shard, mirror.saved())) {
            mirror.take(first(dying));
        }
        mirror.follow(shard);
        assertMirrors(mirror);
        assertEquals(1, mirror.resets(), "it went on from where it was");

        wal.write(200);
        truncate();
        wal.write(50);
        mirror.follow(shard);
        assertMirrors(mirror);
        assertEquals(2, mirror.resets(), "what it lacked is in no log any more");
    }

    /** What comes first; the rest of the poll is lost with the reader. */
    private static Change first(SnapshotThenWal reader) {
        return await().atMost(PATIENCE)
                .until(() -> reader.poll(Duration.ofSeconds(1)), changes -> !changes.isEmpty())
                .getFirst();
    }

    /** Deletes what the newest checkpoint covers, but for the last entry. */
    private void truncate() {
        LogPartition partition = new LogPartition(TopicNames.wal("kora"), 0);
        ShardStatus.Progress at = awaitDrained();
        long last = new WalTail(log, CODECS.wal()).find(partition).orElseThrow().offset();
        long floor = Math.min(at.position(), last);
        assertTrue(floor > log.ends(partition).start());
        assertEquals(floor, log.deleteBefore(partition, floor));
    }

    private void assertMirrors(Mirror mirror) {
        ShardStatus.Progress expected = awaitDrained();
        assertEquals(expected.rows(), mirror.holds().rows());
        assertEquals(expected.digest(), mirror.holds().digest());
        assertTrue(expected.rows() > 50, "there is something to mirror");
    }

    private ShardStatus.Progress awaitDrained() {
        return await().atMost(PATIENCE)
                .until(
                        () -> owner.status(0).progress(),
                        progress -> progress != null && progress.sequence() == wal.sequence(0));
    }
}
