package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.reader.PositionLostException.Loss;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A reader passes over nothing in silence. Invariant I4 of docs/architecture.md. */
final class WalReaderTest {
    private static final LogPartition WAL = new LogPartition("kora.wal", 3);

    private final WalEntryCodec codec = new WalEntryCodec(7, SchemaSource.NONE);
    private final FakeLog log = new FakeLog().createTopic("kora.wal", 4);
    private final WalScript script = new WalScript(log, WAL, codec);
    private long nanos;

    @Test
    void returnsWhatIsCommittedInOrderAndNothingElse() {
        script.open().append(set("a"), set("b"));
        script.abort(List.of(script.record(entry(1, 4))));
        script.append(set("c"));
        WalReader reader = open(beginning());

        List<LoggedEntry> entries = drain(reader);

        assertEquals(List.of(1L, 2L, 3L, 4L), sequences(entries));
        assertEquals(
                List.of(0L, 2L, 3L, 7L),
                entries.stream().map(LoggedEntry::offset).toList());
        assertEquals(set("c"), entries.get(3).entry().content());
        assertEquals(4, reader.sequence());
        assertEquals(1, reader.epoch());
        assertEquals(9, reader.position().offset(), "behind the last control record");
    }

    @Test
    void goesOnFromACheckpoint() {
        script.open().append(set("a"), set("b"), set("c"));
        var checkpoint = new SnapshotRow.Checkpoint(4, 0, log.topicId("kora.wal"), 1, null, null, 0, 0, 0, 3, 0);
        assertEquals(List.of(4L), sequences(drain(open(WalStart.at(checkpoint)))));
    }

    @Test
    void goesOnFromItsOwnPosition() {
        script.open().append(set("a"));
        WalReader first = open(beginning());
        drain(first);
        script.open().append(set("b"));
        var checkpoint = new SnapshotRow.Checkpoint(
                first.position().offset(),
                first.position().leaderEpoch(),
                log.topicId("kora.wal"),
                first.epoch(),
                null,
                null,
                0,
                0,
                0,
                first.sequence(),
                0);
        assertEquals(List.of(3L, 4L), sequences(drain(open(WalStart.at(checkpoint)))));
    }

    @Test
    void dropsAndCountsDuplicates() {
        script.open().append(set("a"));
        script.put(entry(1, 2)).put(entry(1, 1)).append(set("b"));
        WalReader reader = open(beginning());
        assertEquals(List.of(1L, 2L, 3L), sequences(drain(reader)));
        assertEquals(2, reader.duplicates());
    }

    @Test
    void aGapHaltsAtItsPlaceAfterWhatCameBefore() {
        script.open().append(set("a")).put(entry(1, 4)).append(set("b"));
        WalReader reader = open(beginning());

        assertEquals(List.of(1L, 2L), sequences(reader.poll(Duration.ZERO)));
        PoisonException poison = assertThrows(PoisonException.class, () -> reader.poll(Duration.ZERO));

        assertEquals(WAL, poison.partition());
        assertEquals(4, poison.offset());
        assertEquals("sequence 3 in epoch 1 or in WRITER_OPENED of epoch 2", poison.expected());
        assertEquals("sequence 4 in epoch 1", poison.actual());
        assertTrue(message(poison).startsWith("kora.wal-3, offset 4: expected sequence 3"), () -> message(poison));
        assertTrue(message(poison).contains("kora-cdc inspect --shard 3 --offset 4"), () -> message(poison));
        assertSame(poison, assertThrows(PoisonException.class, () -> reader.poll(Duration.ZERO)));
        assertEquals(3, reader.position().offset(), "before the bad entry");
        assertFalse(reader.caughtUp());
    }

    @Test
    void aLogWhoseFirstEntriesAreGoneIsNoBeginning() {
        script.open().append(set("a"));
        log.deleteBefore(WAL, 2);
        WalReader reader = open(WalStart.atBeginning(log.topicId("kora.wal"), 2));
        PoisonException poison = assertThrows(PoisonException.class, () -> reader.poll(Duration.ZERO));
        assertEquals(2, poison.offset());
        assertTrue(poison.expected().contains("the beginning of the log"), poison::expected);
    }

    @Test
    void bytesThatAreNoEntryHalt() {
        script.open().commit(List.of(LogRecord.of(0, Bytes.utf8("k"), Bytes.utf8("nonsense"), Map.of())));
        assertPoisonAt(2);
    }

    @Test
    void aRecordWithoutAValueHalts() {
        script.open().commit(List.of(LogRecord.of(0, Bytes.utf8("k"), null, Map.of())));
        assertEquals("a record without a value", assertPoisonAt(2).actual());
    }

    @Test
    void anOpeningWrittenInAnotherSchemaHalts() {
        var opening = new WalEntry(1, 1, 0, Control.WRITER_OPENED);
        script.commit(List.of(LogRecord.of(0, null, codec.encode(opening), WalScript.wrongFingerprint())));
        assertTrue(assertPoisonAt(0).actual().contains("fingerprint"));
    }

    @Test
    void anEntryThatOnlyTheRegistryCanReadWaitsForIt() {
        script.open().append(set("a"));
        var there = new AtomicBoolean();
        SchemaSource registry = id -> {
            if (!there.get()) {
                throw new CdcException.Unavailable("the registry is away", null);
            }
            return Schemas.WAL_ENTRY;
        };
        WalReader reader = WalReader.open(log, WAL, new WalEntryCodec(8, registry), beginning(), () -> nanos);
        assertThrows(CdcException.Unavailable.class, () -> reader.poll(Duration.ZERO));
        assertThrows(CdcException.Unavailable.class, () -> reader.poll(Duration.ZERO));
        assertEquals(0, reader.position().offset());
        there.set(true);
        assertEquals(List.of(1L, 2L), sequences(drain(reader)));
    }

    @Test
    void whatCameBeforeAnEntryThatCannotBeReadForAnyReasonIsReturned() {
        var reasons = new ArrayDeque<RuntimeException>(List.of(
                new CdcException.Unavailable("the registry is away", null),
                new CdcException.Invalid("the registry refuses the password"),
                new CdcException.Fenced("the registry's client is closed", null),
                new IllegalStateException("a bug")));
        SchemaSource registry = id -> {
            throw reasons.peek();
        };
        script.open().append(set("a"));
        var other = new WalScript(log, WAL, new WalEntryCodec(8, SchemaSource.NONE));
        other.put(entry(1, 3));
        while (!reasons.isEmpty()) {
            WalReader reader = WalReader.open(log, WAL, new WalEntryCodec(7, registry), beginning(), () -> nanos);
            assertEquals(List.of(1L, 2L), sequences(reader.poll(Duration.ZERO)));
            assertSame(reasons.peek(), assertThrows(RuntimeException.class, () -> reader.poll(Duration.ZERO)));
            reasons.remove();
        }
    }

    @Test
    void aLogThatCannotBeReachedIsTriedAgain() {
        script.open();
        WalReader reader = open(beginning());
        log.failNext(Op.POLL, LogException.Kind.TIMED_OUT);
        assertThrows(CdcException.Unavailable.class, () -> reader.poll(Duration.ZERO));
        WalReader other = open(beginning());
        log.failNext(Op.TOPIC_ID, LogException.Kind.TIMED_OUT);
        assertThrows(CdcException.Unavailable.class, () -> other.poll(Duration.ZERO));
        assertEquals(List.of(1L), sequences(drain(reader)));
        assertEquals(List.of(1L), sequences(drain(other)));
    }

    @Test
    void aLogThatWentBackAndGrewAgainIsNoticed() {
        script.open().append(set("a"), set("b"));
        WalReader first = open(beginning());
        drain(first);
        log.truncateBack(WAL, 3);
        script.put(entry(1, 3)).put(entry(1, 4)).put(entry(1, 5));

        PositionLostException here = assertThrows(PositionLostException.class, () -> drain(first));
        WalReader resumed = open(new WalStart(log.topicId("kora.wal"), first.position(), 1, 3));
        PositionLostException later = assertThrows(PositionLostException.class, () -> drain(resumed));

        assertEquals(Loss.WENT_BACK, here.loss());
        assertEquals(Loss.WENT_BACK, later.loss());
        assertEquals(first.position().offset(), later.offset());
    }

    @Test
    void aLogThatWasTruncatedBeyondThePositionIsNoticed() {
        script.open().append(set("a"), set("b"));
        log.deleteBefore(WAL, 3);
        PositionLostException lost = assertThrows(PositionLostException.class, () -> drain(open(beginning())));
        assertEquals(Loss.TRUNCATED, lost.loss());
        assertTrue(message(lost).contains("start again from the snapshot"), () -> message(lost));
    }

    @Test
    void aLogThatEndsBeforeThePositionIsNoticed() {
        script.open();
        WalReader reader = open(new WalStart(log.topicId("kora.wal"), LogPosition.of(99), 1, 50));
        assertEquals(
                Loss.BEYOND_END,
                assertThrows(PositionLostException.class, () -> drain(reader)).loss());
    }

    @Test
    void aTopicThatWasCreatedAnewIsNoticedThoughItsOffsetsFit() {
        script.open().append(set("a"));
        WalReader reader = open(beginning());
        drain(reader);
        log.createTopic("kora.wal", 4);
        script.put(new WalEntry(1, 1, 0, Control.WRITER_OPENED))
                .put(entry(1, 2))
                .put(entry(1, 3));
        nanos += TopicIdentity.INTERVAL.toNanos();

        PositionLostException lost = assertThrows(PositionLostException.class, () -> drain(reader));

        assertEquals(Loss.RECREATED, lost.loss());
        WalReader stale = open(new WalStart("kora.wal#1", LogPosition.of(4), 1, 2));
        assertEquals(
                Loss.RECREATED,
                assertThrows(PositionLostException.class, () -> drain(stale)).loss());
    }

    @Test
    void goesOnBehindAnEntryThatIsPassedOver() {
        script.open().append(set("a"));
        script.commit(List.of(script.unknownOp()));
        script.append(set("b"));
        WalReader reader = open(beginning());
        PoisonException poison = assertThrows(PoisonException.class, () -> drain(reader));
        assertTrue(poison.skippable());
        assertEquals(4, poison.offset());
        assertTrue(message(poison).endsWith("kora-cdc inspect --shard 3 --offset 4"), message(poison));

        assertEquals(new Passed(1, 2, 1), reader.pass(poison));

        assertEquals(5, reader.position().offset());
        assertEquals(List.of(4L), sequences(drain(reader)));
        assertThrows(IllegalArgumentException.class, () -> reader.pass(poison), "once");
    }

    @Test
    void goesOnFromACheckpointBehindASkippedEntry() {
        script.open().append(set("a"));
        script.commit(List.of(script.unknownOp()));
        script.append(set("b"), set("c"));
        var skips = new SnapshotRow.Skips(1, 4, 1, 2, 1, "why", 0);
        var behind = new SnapshotRow.Checkpoint(5, 0, log.topicId("kora.wal"), 1, null, null, 0, 0, 0, 2, 0, skips);
        assertEquals(List.of(4L, 5L), sequences(drain(open(WalStart.at(behind)))));

        var older = new SnapshotRow.Skips(1, 3, 1, 2, 1, "why", 0);
        var notOpen = new SnapshotRow.Checkpoint(5, 0, log.topicId("kora.wal"), 1, null, null, 0, 0, 0, 2, 0, older);
        assertThrows(PoisonException.class, () -> drain(open(WalStart.at(notOpen))), "an entry was applied since");
    }

    @Test
    void aLogWithoutItsBeginningCannotBePassedInto() {
        script.open().append(set("a"), set("b"));
        log.deleteBefore(WAL, 2);
        WalReader reader = open(WalStart.atBeginning(log.topicId("kora.wal"), 2));
        PoisonException poison = assertThrows(PoisonException.class, () -> drain(reader));
        assertFalse(poison.skippable());
        assertThrows(IllegalArgumentException.class, () -> reader.pass(poison));
    }

    /** Its entries, met before the topic's id is asked for again, would be told as a gap. */
    @Test
    void aTopicThatWasCreatedAnewIsNamedWhereItsEntriesDoNotFit() {
        script.open().append(set("a"));
        WalReader reader = open(beginning());
        drain(reader);
        log.createTopic("kora.wal", 4);
        for (long sequence = 1; sequence <= 9; sequence++) {
            script.put(entry(2, sequence));
        }
        PositionLostException lost = assertThrows(PositionLostException.class, () -> drain(reader));
        assertEquals(Loss.RECREATED, lost.loss());
    }

    private PoisonException assertPoisonAt(long offset) {
        WalReader reader = open(beginning());
        PoisonException poison = assertThrows(PoisonException.class, () -> drain(reader));
        assertEquals(WAL, poison.partition());
        assertEquals(offset, poison.offset());
        return poison;
    }

    private WalStart beginning() {
        return WalStart.atBeginning(log.topicId("kora.wal"), 0);
    }

    private WalReader open(WalStart start) {
        return WalReader.open(log, WAL, codec, start, () -> nanos);
    }

    /** Polls until caught up. */
    private static List<LoggedEntry> drain(WalReader reader) {
        List<LoggedEntry> entries = new ArrayList<>();
        do {
            entries.addAll(reader.poll(Duration.ZERO));
        } while (!reader.caughtUp());
        return entries;
    }

    private static List<Long> sequences(List<LoggedEntry> entries) {
        return entries.stream().map(each -> each.entry().sequence()).toList();
    }

    private static WalEntry entry(long epoch, long sequence) {
        return new WalEntry(epoch, sequence, 0, Control.HEARTBEAT);
    }

    private static WalRecord.Set set(String key) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8("v"), null);
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
