package dev.kora.cdc.producer.publisher;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.producer.SyncPolicy;
import dev.kora.cdc.producer.publisher.PublisherRig.Told;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The publisher with its thread, and the writers that callers' threads have of it. */
@Timeout(60)
class KafkaPublisherTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int APPENDS = 1_000;
    /** Takes as much of the ring as the entries that fill it. */
    private static final String WIDE = "x".repeat(200);

    private final FakeLog log = new FakeLog().createTopic(PublisherRig.TOPIC, 2);
    private final List<KafkaPublisher> opened = new ArrayList<>();
    private PublisherConfig config =
            PublisherConfig.of(PublisherRig.DATABASE, 2).withBufferBytes(4096).withTimeouts(LONG, LONG, LONG, LONG);

    @AfterEach
    void close() {
        log.heal();
        for (KafkaPublisher each : opened) {
            try {
                each.close();
            } catch (CdcException e) {
                // What was uncommitted is the business of the test.
            }
        }
        assertFalse(
                Thread.getAllStackTraces().keySet().stream()
                        .anyMatch(thread -> thread.getName().equals("kora-publisher-" + PublisherRig.DATABASE)),
                "a publisher's thread outlives it");
    }

    private KafkaPublisher open() {
        KafkaPublisher publisher = KafkaPublisher.open(config, log, PublisherRig.CODEC, InstantSource.system());
        opened.add(publisher);
        return publisher;
    }

    private List<String> texts(int shard) {
        return WalChecker.check(log, PublisherRig.partition(shard), PublisherRig.CODEC).stream()
                .map(PublisherRig::text)
                .filter(text -> !text.equals("HEARTBEAT"))
                .toList();
    }

    /** Appends until the ring is full; returns the texts that were taken. */
    private List<String> fill(SourceWriter writer) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; ; i++) {
            String text = i + WIDE;
            try {
                writer.append(PublisherRig.set(text));
            } catch (CdcException.Unavailable e) {
                return taken;
            }
            taken.add(text);
        }
    }

    @Test
    void syncReturnsWhenAllThatWasAppendedIsCommitted() {
        SourceWriter writer = open().writer(1);
        assertEquals(2, writer.append(PublisherRig.set("a")));
        assertEquals(3, writer.append(PublisherRig.set("b"), Bytes.utf8("p")));
        writer.sync();
        assertEquals(List.of("WRITER_OPENED", "a", "b"), texts(1));
        assertEquals(Bytes.utf8("p"), opened.getFirst().sourcePosition(1).orElseThrow());
        assertTrue(opened.getFirst().sourcePosition(0).isEmpty());
    }

    @Test
    void underEveryAppendAnAppendReturnsCommitted() {
        config = config.withSyncPolicy(SyncPolicy.EVERY_APPEND);
        open().writer(0).append(PublisherRig.set("a"));
        assertEquals(List.of("WRITER_OPENED", "a"), texts(0));
    }

    @Test
    void underEveryAppendAnAppendThatIsNotCommittedInTimeWasTakenAllTheSame() {
        config = config.withSyncPolicy(SyncPolicy.EVERY_APPEND).withTimeouts(LONG, SHORT, LONG, LONG);
        SourceWriter writer = open().writer(0);
        log.setAvailable(false);
        CdcException.Unavailable late =
                assertThrows(CdcException.Unavailable.class, () -> writer.append(PublisherRig.set("a")));
        assertTrue(late.toString().contains("do not append it again"), late.toString());
        log.setAvailable(true);
        await().ignoreExceptions().untilAsserted(writer::sync);
        assertEquals(List.of("WRITER_OPENED", "a"), texts(0));
    }

    @Test
    void truncateReturnsWhenItsMarkerIsCommitted() {
        SourceWriter writer = open().writer(0);
        writer.append(PublisherRig.set("a"));
        writer.truncate();
        assertEquals(List.of("WRITER_OPENED", "a", "TRUNCATE"), texts(0));
    }

    @Test
    void anAppendThatFindsNoRoomInTimeTakesNothing() {
        config = config.withTimeouts(SHORT, LONG, LONG, LONG);
        KafkaPublisher publisher = open();
        SourceWriter writer = publisher.writer(0);
        log.setAvailable(false);
        List<String> taken = fill(writer);
        CdcException.Unavailable full =
                assertThrows(CdcException.Unavailable.class, () -> writer.append(PublisherRig.set("refused" + WIDE)));
        assertTrue(full.toString().contains("nothing was taken"), full.toString());
        assertTrue(full.toString().contains(taken.size() + " uncommitted entries"), full.toString());
        log.setAvailable(true);
        writer.sync();
        writer.append(PublisherRig.set("last"));
        writer.sync();
        List<String> expected = new ArrayList<>(List.of("WRITER_OPENED"));
        expected.addAll(taken);
        expected.add("last");
        assertEquals(expected, texts(0));
    }

    @Test
    void anAppendThatWaitsGoesOnOnceThereIsRoom() throws Exception {
        KafkaPublisher publisher = open();
        log.setAvailable(false);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> appends = thread.submit(() -> appendMany(publisher.writer(0), "w"));
            await().until(() -> publisher.status().ringUsedBytes() > 3_000
                    && publisher.metrics().roomWaitNanos().count() == 0);
            log.setAvailable(true);
            appends.get();
        }
        assertEquals(APPENDS + 1, texts(0).size());
        assertTrue(publisher.metrics().roomWaitNanos().count() > 0);
    }

    @Test
    void anInterruptedAppendTakesNothingAndStaysInterrupted() throws Exception {
        config = config.withTimeouts(SHORT, LONG, LONG, LONG);
        SourceWriter writer = open().writer(0);
        log.setAvailable(false);
        fill(writer);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<Boolean> interrupted = thread.submit(() -> {
                Thread.currentThread().interrupt();
                assertThrows(CdcException.Unavailable.class, () -> writer.append(PublisherRig.set("never" + WIDE)));
                return Thread.interrupted();
            });
            assertTrue(interrupted.get());
        }
        log.setAvailable(true);
        writer.sync();
        assertFalse(texts(0).contains("never" + WIDE));
    }

    @Test
    void afterANewerWriterEveryCallOfTheOldOneFails() {
        SourceWriter old = open().writer(0);
        SourceWriter successor = open().writer(0);
        old.append(PublisherRig.set("never"));
        assertThrows(CdcException.Fenced.class, old::sync);
        assertThrows(CdcException.Fenced.class, old::sync);
        assertThrows(CdcException.Fenced.class, () -> old.append(PublisherRig.set("never either")));
        assertThrows(CdcException.Fenced.class, old::truncate);
        assertTrue(opened.getFirst().status().fenced());
        successor.append(PublisherRig.set("lives"));
        successor.sync();
        assertEquals(List.of("WRITER_OPENED", "WRITER_OPENED", "lives"), texts(0));
    }

    @Test
    void closingCommitsWhatWasAppendedAndMayBeRepeated() {
        KafkaPublisher publisher = open();
        SourceWriter writer = publisher.writer(0);
        writer.append(PublisherRig.set("a"));
        publisher.close();
        publisher.close();
        assertEquals(List.of("WRITER_OPENED", "a"), texts(0));
        assertEquals(State.CLOSED, publisher.status().state());
        assertThrows(CdcException.Fenced.class, () -> writer.append(PublisherRig.set("b")));
        writer.close();
    }

    @Test
    void aWriterCommitsWhatItAppendedWhenItCloses() {
        SourceWriter writer = open().writer(0);
        writer.append(PublisherRig.set("a"));
        writer.close();
        writer.close();
        assertEquals(List.of("WRITER_OPENED", "a"), texts(0));
        assertThrows(CdcException.Fenced.class, () -> writer.append(PublisherRig.set("b")));
    }

    @Test
    void closingWhileTheLogIsAwaySaysHowManyEntriesAreUncertainAndTellsWhoWaits() {
        config = config.withTimeouts(LONG, LONG, LONG, SHORT);
        KafkaPublisher publisher = open();
        log.setAvailable(false);
        Told told = new Told();
        assertTrue(publisher.tryAppend(List.of(PublisherRig.record(0, "a"), PublisherRig.record(1, "b")), told));
        CdcException.Unavailable left = assertThrows(CdcException.Unavailable.class, publisher::close);
        assertTrue(left.toString().contains("2 entries uncommitted"), left.toString());
        assertEquals(List.of("failed: Unavailable"), told.calls());
    }

    @Test
    void aFullRingRefusesACommandAtOnceAndTakesItLater() {
        config = config.withTimeouts(SHORT, LONG, LONG, LONG);
        KafkaPublisher publisher = open();
        log.setAvailable(false);
        fill(publisher.writer(0));
        Told told = new Told();
        assertFalse(publisher.tryAppend(List.of(PublisherRig.record(0, WIDE)), told));
        log.setAvailable(true);
        await().until(() -> publisher.tryAppend(List.of(PublisherRig.record(0, WIDE)), told));
        await().until(told::isCommitted);
    }

    @Test
    void whatCannotBeCarriedIsRefusedAndTakesNoSequence() {
        KafkaPublisher publisher = open();
        SourceWriter writer = publisher.writer(0);
        assertThrows(CdcException.Invalid.class, () -> writer.append(PublisherRig.set("x".repeat(3_000))));
        assertThrows(CdcException.Invalid.class, () -> publisher.tryAppend(List.of(), CommitListener.NONE));
        assertThrows(
                CdcException.Invalid.class,
                () -> publisher.tryAppend(List.of(PublisherRig.record(2, "a")), CommitListener.NONE));
        assertThrows(CdcException.Invalid.class, () -> publisher.writer(2));
        assertThrows(CdcException.Invalid.class, () -> publisher.sourcePosition(-1));
        WalRecord longKey = new WalRecord.Del(Bytes.of(new byte[65 * 1024]));
        assertThrows(CdcException.Invalid.class, () -> writer.append(longKey));
        assertEquals(2, writer.append(PublisherRig.set("a")));
        assertEquals(4, publisher.status().refused());
    }

    @Test
    void openingALogThatIsAwayFailsInTimeNamingWhy() {
        config = config.withTimeouts(LONG, LONG, SHORT, LONG);
        log.setAvailable(false);
        CdcException.Unavailable away = assertThrows(CdcException.Unavailable.class, this::open);
        assertTrue(away.toString().contains("TOPIC_ID"), away.toString());
    }

    @Test
    void openingAMissingTopicFailsAtOnceNamingIt() {
        log.deleteTopic(PublisherRig.TOPIC);
        CdcException.Invalid missing = assertThrows(CdcException.Invalid.class, this::open);
        assertTrue(missing.toString().contains(PublisherRig.TOPIC), missing.toString());
    }

    @Test
    void writersOnManyThreadsKeepTheirOrderWhateverFails() throws Exception {
        KafkaPublisher publisher = open();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int number = i;
                done.add(threads.submit(() -> appendMany(publisher.writer(number % 2), "w" + number + "-")));
            }
            done.add(threads.submit(() -> failOften(publisher)));
            for (Future<?> each : done) {
                each.get();
            }
        }
        publisher.close();
        for (int number = 0; number < 4; number++) {
            String name = "w" + number + "-";
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < APPENDS; i++) {
                expected.add(name + i);
            }
            assertEquals(
                    expected,
                    texts(number % 2).stream()
                            .filter(text -> text.startsWith(name))
                            .toList());
        }
    }

    private static void appendMany(SourceWriter writer, String name) {
        for (int i = 0; i < APPENDS; i++) {
            writer.append(PublisherRig.set(name + i));
            if (i % 50 == 49) {
                writer.sync();
            }
        }
        writer.close();
    }

    /** One failure after the other, each once what came before it is committed: in a row they would make the publisher rest. */
    private void failOften(KafkaPublisher publisher) {
        for (int i = 0; i < 20; i++) {
            switch (i % 5) {
                case 0 -> log.failNext(Op.COMMIT, Kind.TIMED_OUT, true);
                case 1 -> log.failNext(Op.COMMIT, Kind.REOPEN, true);
                case 2 -> log.failNext(Op.COMMIT, Kind.TIMED_OUT, false);
                case 3 -> log.failNext(Op.COMMIT, Kind.REOPEN, false);
                default -> log.failNext(Op.SEND, Kind.ABORTABLE);
            }
            long commits = publisher.metrics().commits();
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> publisher.metrics().commits() > commits + 1);
        }
    }
}
