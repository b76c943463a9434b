package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.stack.AbortedEntries;
import dev.kora.cdc.stack.MidTransaction;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.PublisherProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer is paused within a transaction, for longer than the broker lets one be open, and woken (a laptop that sleeps, a machine that is
 * moved): where nobody took over it goes on by itself, where somebody did it is fenced for good. Invariants I2 and I3 of
 * docs/architecture.md.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class PausedWriterFaultIT {
    private static final int PAUSES = 6;
    private static final int TAKEOVERS = 4;
    private static final long NUMBERS = 1_000;
    private static final Duration TRANSACTION = PublisherProcess.Options.BUSY.transactionTimeout();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    private static BrokerProcess broker;
    private static KafkaLog log;

    @BeforeAll
    static void start() {
        broker = BrokerProcess.start(
                directory.resolve("kafka"),
                Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        broker.close();
    }

    @Test
    void itGoesOnByItselfWhereNobodyTookOver() {
        NumberedWal wal = NumberedWal.create(broker.bootstrapServers(), "alone");
        PublisherProcess.Progress last;
        try (PublisherProcess writer = start(wal)) {
            for (int i = 0; i < PAUSES; i++) {
                writer.awaitAcknowledged(NUMBERS);
                pauseWithinATransaction(writer, wal);
                MidTransaction.awaitDecided(log, wal.partitions(), PATIENCE);
                writer.jvm().resume();
            }
            last = writer.awaitAcknowledged(NUMBERS);
            writer.kill();
        }
        assertHolds(wal, last);
        assertEquals(1, epochs(wal), "it went on, and was not begun anew");
        assertTrue(last.aborted() + last.reopened() >= PAUSES, "a transaction was given up in each pause: " + last);
        summarise(
                "%d pauses within a transaction, %d aborted and %d reopened by itself"
                        .formatted(PAUSES, last.aborted(), last.reopened()),
                wal);
    }

    @Test
    void itIsFencedForGoodWhereSomebodyDid() {
        NumberedWal wal = NumberedWal.create(broker.bootstrapServers(), "taken-over");
        long unacknowledged = 0;
        PublisherProcess writer = start(wal);
        try {
            for (int i = 0; i < TAKEOVERS; i++) {
                writer.awaitAcknowledged(NUMBERS);
                PublisherProcess older = writer;
                pauseWithinATransaction(older, wal);
                long pausedAtNanos = System.nanoTime();
                try (older) {
                    writer = start(wal);
                    writer.awaitAcknowledged(NUMBERS);
                    await().until(() -> System.nanoTime() - pausedAtNanos > TRANSACTION.toNanos());
                    older.jvm().resume();
                    PublisherProcess.Ending ending = older.awaitEnding();
                    assertEquals(CdcException.Fenced.class.getSimpleName(), ending.error(), ending::toString);
                    assertEquals(PublisherProcess.TRIES_AFTER_THE_END, ending.refused(), ending::toString);
                    assertHeld(ending.progress(), writer.awaitOpen());
                    unacknowledged += ending.unacknowledged();
                }
            }
            writer.awaitAcknowledged(NUMBERS);
        } finally {
            writer.close();
        }
        assertHolds(wal, writer.progress());
        assertEquals(TAKEOVERS + 1, epochs(wal));
        summarise(
                "%d pauses with a takeover, %d entries unacknowledged when fenced".formatted(TAKEOVERS, unacknowledged),
                wal);
    }

    private static PublisherProcess start(NumberedWal wal) {
        return PublisherProcess.start(broker.bootstrapServers(), wal.database(), PublisherProcess.Options.BUSY);
    }

    private static void pauseWithinATransaction(PublisherProcess writer, NumberedWal wal) {
        MidTransaction.pause(writer.jvm(), log, wal.partitions(), () -> writer.awaitAcknowledged(1));
    }

    private static void assertHeld(PublisherProcess.Progress acknowledged, PublisherProcess.Progress successor) {
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            assertTrue(
                    acknowledged.acknowledged(shard) <= successor.acknowledged(shard),
                    () -> "acknowledged after it was fenced, or lost: %s, then %s".formatted(acknowledged, successor));
        }
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

    /** With the last check: what all of this leads to. */
    private static void summarise(String what, NumberedWal wal) {
        FinalState.check(
                log, wal.database(), NumberedWal.SHARDS, "check", directory.resolve("store-" + wal.database()));
        System.out.printf(
                "paused writer: %s, %d entries of aborted transactions, %d committed%n",
                what,
                AbortedEntries.count(broker.bootstrapServers(), wal.partitions()),
                wal.numbers(log, 0).size() + wal.numbers(log, 1).size());
    }
}
