package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.producer.SyncPolicy;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract that an engine writes to, as Kafka keeps it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class WalWriterIT {
    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static KafkaLog log;

    private NumberedWal wal;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) {
        wal = NumberedWal.create(
                broker.bootstrapServers(), test.getTestMethod().orElseThrow().getName());
    }

    @Test
    void appendsSyncsTruncatesAndCloses() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config())) {
            WalWriter writer = publisher.writer(1);
            long zero = writer.append(NumberedWal.number(0));
            long one = writer.append(NumberedWal.number(1));
            writer.sync();
            assertEquals(NumberedWal.number(0), contentAt(zero));
            assertEquals(NumberedWal.number(1), contentAt(one));
            writer.truncate();
            writer.append(NumberedWal.number(2));
            writer.close();
            writer.close();
            assertThrows(CdcException.Fenced.class, () -> writer.append(NumberedWal.number(3)));
            assertEquals(
                    List.of(
                            Control.WRITER_OPENED,
                            NumberedWal.number(0),
                            NumberedWal.number(1),
                            Control.TRUNCATE,
                            NumberedWal.number(2)),
                    contents(1));
        }
    }

    @Test
    void everyAppendIsCommittedWhenItReturns() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config().withSyncPolicy(SyncPolicy.EVERY_APPEND));
                WalWriter writer = publisher.writer(0)) {
            for (int n = 0; n < 5; n++) {
                writer.append(NumberedWal.number(n));
                wal.assertHolds(log, 0, n + 1);
            }
        }
    }

    /** As Kora has them: one for the keys, one for the documents. */
    @Test
    void twoWritersOfAShardShareItsSequence() throws Exception {
        long each = 2_000;
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config())) {
            WalWriter keys = publisher.writer(0);
            WalWriter documents = publisher.writer(0);
            Thread other = Thread.ofPlatform().start(() -> NumberedWal.append(documents, each, 2 * each));
            NumberedWal.append(keys, 0, each);
            other.join();
            keys.close();
            documents.append(NumberedWal.number(2 * each));
            documents.close();
        }
        List<Long> numbers = wal.numbers(log, 0);
        assertEquals(2 * each + 1, numbers.size());
        for (boolean first : List.of(true, false)) {
            List<Long> ofOne = numbers.stream().filter(n -> n < each == first).toList();
            assertEquals(ofOne.stream().sorted().toList(), ofOne, "a writer's own order");
        }
    }

    @Test
    void aSuccessorGoesOnWithSequenceAndSourcePosition() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                SourceWriter writer = publisher.writer(0)) {
            writer.append(NumberedWal.number(0), Bytes.utf8("file 1, byte 17"));
            writer.append(NumberedWal.number(1));
        }
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                SourceWriter writer = publisher.writer(0)) {
            assertEquals(Optional.of(Bytes.utf8("file 1, byte 17")), publisher.sourcePosition(0));
            writer.append(NumberedWal.number(2));
            writer.sync();
            assertEquals(2, wal.entries(log, 0).getLast().epoch());
        }
        wal.assertHolds(log, 0, 3);
    }

    /** What the second shard holds under a sequence. */
    private WalEntry.Content contentAt(long sequence) {
        return wal.entries(log, 1).get((int) sequence - 1).content();
    }

    private List<WalEntry.Content> contents(int shard) {
        return wal.entries(log, shard).stream()
                .map(WalEntry::content)
                .filter(content -> content != Control.HEARTBEAT)
                .toList();
    }
}
