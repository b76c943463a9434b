package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.KafkaProxy.Fate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a publisher makes of a real broker's failures: whatever it acknowledged is in the log, once and in order. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PublisherIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT_TRANSACTION = Duration.ofSeconds(2);

    /** So that a lost answer is a time-out soon, and an undelivered batch an abort. */
    private static final Map<String, String> IMPATIENT = Map.of(
            "max.block.ms", "500",
            "request.timeout.ms", "800",
            "delivery.timeout.ms", "1500");

    @TempDir
    static Path directory;

    private static ProxiedBroker broker;
    /** Reaches the broker whatever the proxy does. */
    private static KafkaLog direct;

    private NumberedWal wal;
    private KafkaLog log;

    @BeforeAll
    static void start() {
        broker = ProxiedBroker.start(
                directory, Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
        direct = KafkaLog.open(KafkaSettings.of(broker.directServers()));
    }

    @AfterAll
    static void stop() {
        direct.close();
        broker.close();
    }

    @BeforeEach
    void create(TestInfo test) {
        wal = NumberedWal.create(
                broker.directServers(), test.getTestMethod().orElseThrow().getName());
        log = KafkaLog.open(new KafkaSettings(broker.proxiedServers(), Map.of(), IMPATIENT, Map.of()));
    }

    @AfterEach
    void heal() {
        broker.proxy().heal();
        log.close();
    }

    @Test
    void aCleanAbortSendsTheSameEntriesAgain() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                WalWriter first = publisher.writer(0);
                WalWriter second = publisher.writer(1)) {
            broker.proxy().at(ApiKeys.PRODUCE, Fate.CUT);
            NumberedWal.append(first, 0, 10);
            NumberedWal.append(second, 0, 10);
            await(() -> publisher.status().aborted() > 0);
            assertEquals(List.of(), wal.numbers(direct, 0));
            broker.proxy().heal();
            first.sync();
            second.sync();
            assertEquals(0, publisher.status().reopened());
        }
        wal.assertHolds(direct, 10);
    }

    @Test
    void aCommitWhoseAnswerWasLostIsNotDoneTwice() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                WalWriter writer = publisher.writer(0)) {
            broker.proxy().at(ApiKeys.END_TXN, Fate.UNANSWERED);
            NumberedWal.append(writer, 0, 10);
            await(() -> broker.proxy().hits() > 0 && state(publisher) == State.RETRYING);
            int decided = wal.numbers(direct, 0).size();
            assertTrue(decided > 0, "the commit has not arrived");
            assertEquals(1, publisher.status().shards().getFirst().committedSequence(), "it was not told yet");
            broker.proxy().heal();
            writer.sync();
            assertNothingWasGivenUp(publisher);
        }
        wal.assertHolds(direct, 0, 10);
    }

    @Test
    void aCommitThatWasLostIsDoneWhenItIsAskedForAgain() {
        try (KafkaPublisher publisher = NumberedWal.open(log, wal.config());
                WalWriter writer = publisher.writer(0)) {
            inDoubt(publisher, writer);
            broker.proxy().heal();
            writer.sync();
            assertNothingWasGivenUp(publisher);
        }
        wal.assertHolds(direct, 0, 10);
    }

    @Test
    void aCommitThatWasLostForLongerThanItsTransactionIsDoneByANewWriter() {
        PublisherConfig config = wal.config().withTransactionTimeout(SHORT_TRANSACTION);
        try (KafkaPublisher publisher = NumberedWal.open(log, config);
                WalWriter writer = publisher.writer(0)) {
            inDoubt(publisher, writer);
            wal.awaitDecided(direct, 0, LONG);
            assertEquals(List.of(), wal.numbers(direct, 0));
            broker.proxy().heal();
            writer.sync();
            assertEquals(1, publisher.status().reopened());
        }
        wal.assertHolds(direct, 0, 10);
    }

    /** Appends the first ten numbers; some of them are written, but the commit never arrives. */
    private void inDoubt(KafkaPublisher publisher, WalWriter writer) {
        broker.proxy().at(ApiKeys.END_TXN, Fate.LOST);
        NumberedWal.append(writer, 0, 10);
        await(() -> broker.proxy().hits() > 0 && state(publisher) == State.RETRYING);
        assertTrue(!wal.isDecided(direct, 0), "no transaction is open");
    }

    private static void assertNothingWasGivenUp(KafkaPublisher publisher) {
        PublisherStatus status = publisher.status();
        assertEquals(0, status.aborted() + status.reopened(), status::toString);
    }

    @Test
    void aBrokerThatStopsWithAnOpenTransactionIsWaitedFor(@TempDir Path other) {
        try (ProxiedBroker stopped = ProxiedBroker.start(other, Map.of());
                KafkaLog behind =
                        KafkaLog.open(new KafkaSettings(stopped.proxiedServers(), Map.of(), IMPATIENT, Map.of()));
                KafkaLog beside = KafkaLog.open(KafkaSettings.of(stopped.directServers()))) {
            NumberedWal itsWal = NumberedWal.create(stopped.directServers(), "db");
            try (KafkaPublisher publisher = NumberedWal.open(behind, itsWal.config());
                    WalWriter writer = publisher.writer(0)) {
                stopped.proxy().at(ApiKeys.END_TXN, Fate.LOST);
                NumberedWal.append(writer, 0, 10);
                await(() -> stopped.proxy().hits() > 0 && state(publisher) == State.RETRYING);
                stopped.stop();
                NumberedWal.append(writer, 10, 20);
                stopped.startAgain();
                stopped.proxy().heal();
                writer.sync();
                stopped.stop();
                NumberedWal.append(writer, 20, 30);
                stopped.startAgain();
                writer.sync();
            }
            itsWal.assertHolds(beside, 0, 30);
        }
    }

    @Test
    void anOlderPublisherIsFencedAtItsFirstSyncAndTheNewerOneLivesOn() {
        try (KafkaPublisher older = NumberedWal.open(log, wal.config());
                WalWriter olders = older.writer(0)) {
            NumberedWal.append(olders, 0, 10);
            olders.sync();
            try (KafkaPublisher newer = NumberedWal.open(direct, wal.config());
                    WalWriter newers = newer.writer(0)) {
                NumberedWal.append(newers, 10, 20);
                newers.sync();
                NumberedWal.append(olders, 100, 101);
                assertThrows(CdcException.Fenced.class, olders::sync);
                assertThrows(CdcException.Fenced.class, () -> olders.append(NumberedWal.number(101)));
                assertTrue(older.status().fenced(), older.status()::toString);
                NumberedWal.append(newers, 20, 30);
                newers.sync();
            }
            assertThrows(CdcException.Fenced.class, olders::close);
            assertThrows(CdcException.Fenced.class, older::close);
        }
        assertEquals(30, wal.numbers(direct, 0).size());
        wal.assertHolds(direct, 0, 30);
    }

    @Test
    void whatAnOlderPublisherHadInDoubtDoesNotCountOnceANewerOneIsOpen() {
        try (KafkaPublisher older = NumberedWal.open(log, wal.config());
                WalWriter olders = older.writer(0)) {
            inDoubt(older, olders);
            try (KafkaPublisher newer = NumberedWal.open(direct, wal.config());
                    WalWriter newers = newer.writer(0)) {
                assertEquals(List.of(), wal.numbers(direct, 0));
                broker.proxy().heal();
                assertThrows(CdcException.Fenced.class, olders::sync);
                NumberedWal.append(newers, 0, 10);
                newers.sync();
            }
            assertThrows(CdcException.Fenced.class, olders::close);
            assertThrows(CdcException.Fenced.class, older::close);
        }
        assertEquals(10, wal.numbers(direct, 0).size());
        wal.assertHolds(direct, 0, 10);
    }

    /** The producer itself would go on in the new one. */
    @Test
    void aTopicThatIsCreatedAnewStopsThePublisher() throws Exception {
        try (KafkaPublisher publisher = NumberedWal.open(direct, wal.config());
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.directServers()))) {
            WalWriter writer = publisher.writer(0);
            NumberedWal.append(writer, 0, 10);
            writer.sync();
            admin.deleteTopics(List.of(wal.partition(0).topic())).all().get();
            NumberedWal.create(broker.directServers(), wal.database());
            NumberedWal.append(writer, 10, 11);
            CdcException stopped = assertThrows(CdcException.Fenced.class, writer::sync);
            assertTrue(String.valueOf(stopped.getMessage()).contains("created anew"), stopped::toString);
            assertEquals(State.STOPPED, state(publisher));
            assertThrows(CdcException.Unavailable.class, publisher::close);
        }
    }

    /** A laptop that sleeps, a process that is stopped: nobody took over, and so it goes on by itself. */
    @Test
    void aPublisherThatWasPausedPastItsTransactionGoesOnByItself() {
        try (PublisherProcess child = child()) {
            child.awaitAcknowledged(1);
            MidTransaction.pause(child.jvm(), direct, wal.partitions(), () -> child.awaitAcknowledged(1));
            wal.awaitDecided(direct, 0, LONG);
            wal.awaitDecided(direct, 1, LONG);
            child.jvm().resume();
            PublisherProcess.Progress progress = child.awaitAcknowledged(100);
            wal.assertHolds(direct, 0, progress.acknowledged(0));
            wal.assertHolds(direct, 1, progress.acknowledged(1));
        }
    }

    @Test
    void whatAPublisherAcknowledgedSurvivesItsKill() {
        long acknowledged;
        try (PublisherProcess child = child()) {
            child.awaitAcknowledged(200);
            child.kill();
            acknowledged = child.progress().acknowledged(0);
        }
        try (KafkaPublisher successor = NumberedWal.open(direct, wal.config());
                WalWriter writer = successor.writer(0)) {
            wal.assertHolds(direct, acknowledged);
            int logged = wal.numbers(direct, 0).size();
            NumberedWal.append(writer, logged, logged + 10);
            writer.sync();
            wal.assertHolds(direct, 0, logged + 10);
        }
    }

    private PublisherProcess child() {
        return PublisherProcess.start(broker.directServers(), wal.database(), PublisherProcess.Options.SMALL);
    }

    private static State state(KafkaPublisher publisher) {
        return publisher.status().state();
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(20)).until(condition);
    }
}
