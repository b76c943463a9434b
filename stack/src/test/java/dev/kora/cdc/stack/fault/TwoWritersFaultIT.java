package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.AbortedEntries;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.PublisherProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two writers of one database: whatever the older one does after the newer one has opened fails, and nothing of it counts. Invariant I3 of
 * docs/architecture.md.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class TwoWritersFaultIT {
    private static final int TAKEOVERS = 8;
    private static final long NUMBERS = 2_000;
    private static final long UNACKNOWLEDGED = 1_000;
    private static final int QUIET_ONES = 3;
    private static final int RACES = 20;

    @TempDir
    static Path directory;

    private static BrokerProcess broker;
    private static KafkaLog log;

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start(directory.resolve("kafka"), Map.of());
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        broker.close();
    }

    /** One after the other takes over from one that is in the middle of it. */
    @Test
    void theOlderOneIsFencedUnderLoad() {
        NumberedWal wal = create("load");
        long unacknowledged = 0;
        PublisherProcess writer = start(wal);
        try {
            for (int i = 0; i < TAKEOVERS; i++) {
                writer.awaitAcknowledged(NUMBERS);
                PublisherProcess older = writer;
                writer = start(wal);
                try (older) {
                    PublisherProcess.Ending ending = older.awaitEnding();
                    assertFenced(ending, writer.awaitOpen());
                    unacknowledged += ending.unacknowledged();
                }
            }
            writer.awaitAcknowledged(NUMBERS);
        } finally {
            writer.close();
        }
        assertHolds(wal, writer.progress());
        assertEquals(TAKEOVERS + 1, epochs(wal));
        assertTrue(unacknowledged >= UNACKNOWLEDGED, "only " + unacknowledged + " numbers were unacknowledged");
        FinalState.check(log, wal.database(), NumberedWal.SHARDS, "check", directory.resolve("store"));
        System.out.printf(
                "two writers: %d takeovers under load, %d entries unacknowledged when fenced, %d entries of aborted"
                        + " transactions, %d committed%n",
                TAKEOVERS,
                unacknowledged,
                AbortedEntries.count(broker.bootstrapServers(), wal.partitions()),
                wal.numbers(log, 0).size() + wal.numbers(log, 1).size());
    }

    /** What it was told is all that it ever will be: each append after the end is refused, and what it sent and was not told is the newer one's to send. */
    private static void assertFenced(PublisherProcess.Ending ending, PublisherProcess.Progress successor) {
        assertEquals(CdcException.Fenced.class.getSimpleName(), ending.error(), ending::toString);
        assertEquals(PublisherProcess.TRIES_AFTER_THE_END, ending.refused(), ending::toString);
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            assertTrue(
                    ending.progress().acknowledged(shard) <= successor.acknowledged(shard),
                    () -> "acknowledged after it was fenced, or lost: %s, then %s".formatted(ending, successor));
        }
    }

    /** Nobody calls it; its own heartbeat is told. */
    @Test
    void anOlderOneThatIsQuietIsToldByItsHeartbeat() {
        NumberedWal wal = create("quiet");
        NumberedWal.open(log, wal.config()).close(); // so that the next ones find entries, and suppose keys that expire
        for (int i = 0; i < QUIET_ONES; i++) {
            try (KafkaPublisher older = NumberedWal.open(log, wal.config());
                    PublisherProcess newer = start(wal)) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> older.status().fenced());
                WalWriter writer = older.writer(0);
                assertThrows(CdcException.Fenced.class, () -> writer.append(NumberedWal.number(-1)));
                assertThrows(CdcException.Fenced.class, writer::sync);
                newer.awaitAcknowledged(10);
                newer.kill();
                assertHolds(wal, newer.progress());
            } catch (CdcException.Fenced closing) {
                // What the fenced one had, a heartbeat, is not committed: closing it says so.
            }
        }
        assertEquals(1 + 2 * QUIET_ONES, epochs(wal));
    }

    /** Nobody can say which of two is the newer one, but one of them is: it goes on, and what either acknowledged is there. */
    @Test
    void ofTwoThatOpenInTheSameInstantOneGoesOn() throws Exception {
        NumberedWal wal = create("races");
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        int bothOpened = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(2);
                KafkaLog other = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()))) {
            for (int i = 0; i < RACES; i++) {
                CyclicBarrier together = new CyclicBarrier(2);
                Racer one = new Racer(wal, log, i + "-one", acknowledged);
                Racer two = new Racer(wal, other, i + "-two", acknowledged);
                Future<Boolean> oneOpened = threads.submit(() -> one.race(together));
                Future<Boolean> twoOpened = threads.submit(() -> two.race(together));
                int opened = (oneOpened.get() ? 1 : 0) + (twoOpened.get() ? 1 : 0);
                bothOpened += opened == 2 ? 1 : 0;
                assertEquals(1, (one.appends() ? 1 : 0) + (two.appends() ? 1 : 0), "writers that are left");
                one.close();
                two.close();
            }
        }
        List<String> logged = values(wal);
        assertEquals(logged.size(), Set.copyOf(logged).size(), "something is there twice");
        assertTrue(logged.containsAll(acknowledged), "something acknowledged is not there");
        System.out.printf(
                "two writers: %d openings in the same instant, in %d of them both returned, one was left each time%n",
                RACES, bothOpened);
    }

    /** One of two that open at once, and append at once. */
    private static final class Racer {
        private static final int APPENDS = 20;

        private final NumberedWal wal;
        private final KafkaLog over;
        private final String name;
        private final Set<String> acknowledged;
        private Optional<KafkaPublisher> publisher = Optional.empty();

        Racer(NumberedWal wal, KafkaLog over, String name, Set<String> acknowledged) {
            this.wal = wal;
            this.over = over;
            this.name = name;
            this.acknowledged = acknowledged;
        }

        /** Returns whether it was told that it is open. */
        boolean race(CyclicBarrier together) throws InterruptedException, BrokenBarrierException {
            together.await();
            try {
                publisher = Optional.of(NumberedWal.open(over, wal.config()));
            } catch (CdcException.Fenced otherWasLater) {
                return false;
            }
            for (int i = 0; i < APPENDS && append("-" + i); i++) {}
            return true;
        }

        boolean appends() {
            return publisher.isPresent() && append("-last");
        }

        private boolean append(String suffix) {
            try {
                WalWriter writer = publisher.orElseThrow().writer(0);
                writer.append(new WalRecord.Set(Bytes.utf8("race"), Bytes.utf8(name + suffix), null));
                writer.sync();
                acknowledged.add(name + suffix);
                return true;
            } catch (CdcException.Fenced e) {
                return false;
            }
        }

        void close() {
            try {
                publisher.ifPresent(KafkaPublisher::close);
            } catch (CdcException.Fenced uncommitted) {
                // Of the one that lost.
            }
        }
    }

    private static List<String> values(NumberedWal wal) {
        return wal.entries(log, 0).stream()
                .map(WalEntry::content)
                .filter(WalRecord.Set.class::isInstance)
                .map(set -> ((WalRecord.Set) set).value().text())
                .toList();
    }

    private static NumberedWal create(String database) {
        return NumberedWal.create(broker.bootstrapServers(), database);
    }

    private static PublisherProcess start(NumberedWal wal) {
        return PublisherProcess.start(broker.bootstrapServers(), wal.database(), PublisherProcess.Options.BUSY);
    }

    private static void assertHolds(NumberedWal wal, PublisherProcess.Progress progress) {
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            wal.assertHolds(log, shard, progress.acknowledged(shard));
        }
    }

    private static long epochs(NumberedWal wal) {
        return wal.entries(log, 0).stream()
                .filter(entry -> entry.content() == Control.WRITER_OPENED)
                .count();
    }
}
