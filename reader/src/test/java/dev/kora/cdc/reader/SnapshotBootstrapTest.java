package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.reader.PositionLostException.Loss;
import dev.kora.cdc.reader.SnapshotBootstrap.Found;
import dev.kora.cdc.reader.SnapshotBootstrap.Nothing;
import dev.kora.cdc.reader.SnapshotBootstrap.Result;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where a bootstrap ends, and where it refuses to. Invariant I9 of docs/architecture.md. */
final class SnapshotBootstrapTest {
    private static final LogPartition SNAPSHOT = new LogPartition("kora.snapshot", 1);
    private static final int SMALL_PIECE = 3;

    private final SnapshotRowCodec codec = new SnapshotRowCodec(9, SchemaSource.NONE);
    private final FakeLog log = new FakeLog().createTopic("kora.snapshot", 2);
    private final SnapshotScript script = new SnapshotScript(log, SNAPSHOT, codec, "wal-id");
    private final MapSink sink = new MapSink();

    @Test
    void anEmptyPartitionHoldsNothing() {
        assertInstanceOf(Nothing.class, run(sink));
        assertEquals(0, sink.pieces());
    }

    @Test
    void aPartitionThatHoldsAbortedDataAloneHoldsNothing() {
        script.abort(field("a", 1));
        assertInstanceOf(Nothing.class, run(sink));
    }

    @Test
    void readsUpToTheLastCheckpoint() {
        script.commit(field("a", 1), field("b", 1)).commit(List.of(key("b")), List.of(field("a", 2), field("c", 2)));
        script.abort(field("x", 3));

        Found found = found(sink);

        assertEquals(script.state(), sink.rows());
        assertEquals(script.checkpoint(), found.checkpoint());
        assertEquals(script.checkpoint(), sink.progress().checkpoint());
        assertEquals(found.next(), sink.progress().position());
        assertEquals(8, found.next().offset(), "just behind the checkpoint");
        assertEquals(2, sink.progress().rows());
    }

    @Test
    void goesOnFromWhereTheSinkStands() {
        script.commit(field("a", 1), field("b", 1));
        found(sink);
        script.commit(List.of(key("a")), List.of(field("b", 2)));
        int applied = sink.pieces();

        found(sink);

        assertEquals(script.state(), sink.rows());
        assertEquals(applied + 1, sink.pieces());
        assertEquals(0, sink.clears());
    }

    @Test
    void aSinkThatMissedNothingStandsWhereItStood() {
        script.commit(field("a", 1));
        SnapshotProgress before = found(sink).checkpoint() == null ? SnapshotProgress.NONE : sink.progress();
        found(sink);
        assertEquals(before, sink.progress());
        assertEquals(script.state(), sink.rows());
    }

    @Test
    void whatIsCommittedBehindTheCheckpointIsNotApplied() {
        script.commit(field("a", 1));
        var states = new ArrayList<Map<Bytes, SnapshotRow>>();
        log.beforeNext(Op.POLL, () -> {
            states.add(script.commit(field("a", 2), field("b", 2)).state());
            states.add(script.commit(field("a", 3)).state());
        });

        Found found = found(sink);

        assertEquals(2, found.checkpoint().sequence(), "the first checkpoint past the end seen at the start");
        assertEquals(states.get(0), sink.rows());
    }

    @Test
    void anOlderCheckpointThatMatchesIsNotTakenForTheLatest() {
        script.commit(field("a", 1));
        found(sink);
        script.commit(field("a", 2));
        // What was behind the sink's checkpoint at the start is compacted away while it is being read.
        log.beforeNext(Op.POLL, () -> {
            script.commit(field("a", 3));
            log.compact(SNAPSHOT, Long.MAX_VALUE, false);
        });
        assertEquals(3, found(sink).checkpoint().sequence());
        assertEquals(script.state(), sink.rows());
    }

    @Test
    void aRowThatCompactionMovedBehindTheCheckpointIsWaitedFor() {
        script.commit(field("a", 1), field("b", 1));
        // The end is seen, then row a is replaced and the old one compacted away: the first checkpoint no longer holds.
        log.beforeNext(Op.POLL, () -> {
            script.commit(field("a", 2));
            log.compact(SNAPSHOT, 1, false);
            log.compact(SNAPSHOT, log.ends(SNAPSHOT).highWatermark() - 1, false);
        });

        Found found = found(sink);

        assertEquals(2, found.checkpoint().sequence());
        assertEquals(script.state(), sink.rows());
        assertEquals(0, sink.clears());
    }

    @Test
    void checkpointsThatCompactionRemovedAreNotMissed() {
        for (int i = 0; i < 20; i++) {
            script.commit(field("a", i), field("k" + i % 7, i));
        }
        script.commit(List.of(key("k3")), List.of());
        log.compact(SNAPSHOT, Long.MAX_VALUE, true);
        log.setPollRecords(2);
        found(sink);
        assertEquals(script.state(), sink.rows());
    }

    @Test
    void aSinkOlderThanTheTombstonesStartsAgainFromEmpty() {
        script.commit(field("a", 1), field("b", 1));
        found(sink);
        script.commit(List.of(key("a")), List.of(field("c", 2)));
        log.compact(SNAPSHOT, Long.MAX_VALUE, true);

        found(sink);

        assertEquals(script.state(), sink.rows());
        assertEquals(1, sink.clears());
    }

    @Test
    void aPartitionThatNeverMatchesStopsAndSaysWhatDiffers() {
        script.commit(field("a", 1));
        var wrong = new SnapshotRow.Checkpoint(10, 0, "wal-id", 1, null, null, 5, 0, 0xabcL, 1, 1);
        script.commitRecords(List.of(script.checkpoint(wrong)));

        CdcException.Corrupt stopped = assertThrows(CdcException.Corrupt.class, () -> run(sink));

        assertEquals(3, sink.clears());
        assertTrue(message(stopped).startsWith("kora.snapshot-1: no checkpoint matches"), () -> message(stopped));
        assertTrue(message(stopped).contains("1 rows with digest"), () -> message(stopped));
        assertTrue(message(stopped).contains("says 5 rows with digest 0000000000000abc"), () -> message(stopped));
    }

    @Test
    void rowsWithoutACheckpointAreNoState() {
        script.commitRecords(List.of(LogRecord.of(0, key("a"), codec.encode(field("a", 1)), Map.of())));
        assertThrows(CdcException.Corrupt.class, () -> run(sink));
        assertNull(sink.progress().checkpoint());
    }

    @Test
    void aLargeCommitIsAppliedInPiecesThatAreNoState() {
        script.commit(fields(0, 10, 1));
        log.setPollRecords(4);
        try (var bootstrap = small(sink)) {
            bootstrap.step(Duration.ZERO);
            assertEquals(1, sink.pieces());
            assertNull(sink.progress().checkpoint());
            assertEquals(3, sink.progress().rows());
            assertEquals(3, sink.rows().size());
        }
        // A crash here: what was applied is gone on from.
        log.setPollRecords(500);
        try (var bootstrap = small(sink)) {
            finish(bootstrap);
        }
        assertEquals(script.state(), sink.rows());
        assertEquals(0, sink.clears());
        assertNotNull(sink.progress().checkpoint());
    }

    @Test
    void rowsReplacedWithinAPieceAndAcrossPiecesCountOnce() {
        script.commit(fields(0, 5, 1)).commit(fields(0, 5, 2));
        script.commit(IntStream.range(0, 5).mapToObj(i -> key("k" + i)).toList(), List.of(field("k1", 3)));
        script.commit(field("k1", 4), field("k9", 4)).commit(List.of(key("k1"), key("none")), List.of());
        try (var bootstrap = small(sink)) {
            finish(bootstrap);
        }
        assertEquals(script.state(), sink.rows());
    }

    @Test
    void bytesThatAreNoRowHalt() {
        script.commit(field("a", 1)).commitRecords(List.of(LogRecord.of(0, key("b"), Bytes.utf8("?"), Map.of())));
        assertPoisonAt(3);
    }

    @Test
    void aRowUnderAnotherRowsKeyHalts() {
        script.commitRecords(List.of(LogRecord.of(0, key("b"), codec.encode(field("a", 1)), Map.of())));
        assertPoisonAt(0);
    }

    @Test
    void aRecordWithoutAKeyAndATombstoneOfTheCheckpointHalt() {
        script.commitRecords(List.of(LogRecord.of(0, null, codec.encode(field("a", 1)), Map.of())));
        assertPoisonAt(0);
        log.createTopic("kora.snapshot", 2);
        script.commitRecords(List.of(LogRecord.of(0, RowKeys.CHECKPOINT, null, Map.of())));
        assertPoisonAt(0);
    }

    @Test
    void aCheckpointWrittenInAnotherSchemaHalts() {
        Bytes value = codec.encode(script.checkpoint());
        script.commitRecords(List.of(LogRecord.of(0, RowKeys.CHECKPOINT, value, WalScript.wrongFingerprint())));
        assertTrue(assertPoisonAt(0).actual().contains("fingerprint"));
    }

    @Test
    void aTopicCreatedAnewIsNotTakenForTheOldOne() {
        script.commit(field("a", 1));
        found(sink);
        log.createTopic("kora.snapshot", 2);
        script.commit(field("a", 2)).commit(field("a", 3));
        PositionLostException lost = assertThrows(PositionLostException.class, () -> run(sink));
        assertEquals(Loss.RECREATED, lost.loss());
        assertEquals(0, sink.clears(), "the sink may be all that is left of the state");
    }

    @Test
    void aPartitionThatWentBackIsNoticed() {
        script.commit(field("a", 1)).commit(field("b", 1));
        found(sink);
        log.truncateBack(SNAPSHOT, 3);
        assertEquals(
                Loss.BEYOND_END,
                assertThrows(PositionLostException.class, () -> run(sink)).loss());
        script.commitRecords(List.of(script.checkpoint(script.checkpoint())));
        script.commitRecords(List.of(script.checkpoint(script.checkpoint())));
        assertEquals(
                Loss.WENT_BACK,
                assertThrows(PositionLostException.class, () -> run(sink)).loss());
        assertEquals(0, sink.clears(), "the sink may be all that is left of the state");
    }

    /** As a sink stands that was filled by whoever wrote the partition: nobody told it the leader epoch. */
    private void forgetLeaderEpoch() {
        SnapshotProgress at = sink.progress();
        LogPosition position = LogPosition.of(at.position().offset());
        sink.apply(new SnapshotPiece(
                List.of(),
                List.of(),
                new SnapshotProgress(at.checkpoint(), at.topicId(), position, at.rows(), at.digest())));
    }

    @Test
    void withoutALeaderEpochTheSinksOwnCheckpointIsReadAgain() {
        script.commit(field("a", 1));
        found(sink);
        forgetLeaderEpoch();
        assertEquals(script.checkpoint(), found(sink).checkpoint());
        assertEquals(script.state(), sink.rows());
        assertEquals(0, sink.clears());
    }

    @Test
    void withoutALeaderEpochAnOwnCheckpointThatCompactionRemovedIsNotMissed() {
        script.commit(field("a", 1));
        found(sink);
        forgetLeaderEpoch();
        script.commit(field("b", 2)).commit(field("b", 3));
        log.compact(SNAPSHOT, Long.MAX_VALUE, false);
        assertEquals(script.checkpoint(), found(sink).checkpoint());
        assertEquals(script.state(), sink.rows());
        assertEquals(0, sink.clears());
    }

    @Test
    void aPartitionThatWentBackAndGrewToTheSameLengthIsNoticedWithoutALeaderEpoch() {
        script.commit(field("a", 1)).commit(field("b", 1));
        found(sink);
        forgetLeaderEpoch();
        log.truncateBack(SNAPSHOT, 3);
        script.commit(field("c", 3));
        assertEquals(
                Loss.WENT_BACK,
                assertThrows(PositionLostException.class, () -> run(sink)).loss());
        assertEquals(0, sink.clears(), "the sink may be all that is left of the state");
    }

    @Test
    void aSinkThatStandsBeforeThePartitionsStartBeginsAgain() {
        script.commit(field("a", 1));
        found(sink);
        script.commit(List.of(key("a")), List.of()).commit(field("b", 3));
        log.deleteBefore(SNAPSHOT, 6);
        found(sink);
        assertEquals(script.state(), sink.rows());
        assertEquals(1, sink.clears());
    }

    @Test
    void aLogThatCannotBeReachedIsTriedAgain() {
        script.commit(field("a", 1));
        try (var bootstrap = small(sink)) {
            for (Op op : List.of(Op.ENDS, Op.TOPIC_ID, Op.POLL)) {
                log.failNext(op, LogException.Kind.TIMED_OUT);
                assertThrows(CdcException.Unavailable.class, () -> bootstrap.step(Duration.ZERO));
            }
            finish(bootstrap);
        }
        assertEquals(script.state(), sink.rows());
    }

    @Test
    void progressTellsHowFarItIs() {
        script.commit(fields(0, 10, 1));
        log.setPollRecords(4);
        try (var bootstrap = small(sink)) {
            bootstrap.step(Duration.ZERO);
            assertEquals(new SnapshotBootstrap.Progress(4, 12, 3), bootstrap.progress(), "to the end of a piece");
            bootstrap.step(Duration.ZERO);
            assertEquals(new SnapshotBootstrap.Progress(4, 12, 4), bootstrap.progress());
        }
    }

    private PoisonException assertPoisonAt(long offset) {
        PoisonException poison = assertThrows(PoisonException.class, () -> run(new MapSink()));
        assertEquals(SNAPSHOT, poison.partition());
        assertEquals(offset, poison.offset());
        return poison;
    }

    private Found found(MapSink into) {
        return assertInstanceOf(Found.class, run(into));
    }

    private Result run(MapSink into) {
        try (var bootstrap = SnapshotBootstrap.open(log, SNAPSHOT, codec, into)) {
            return finish(bootstrap);
        }
    }

    private SnapshotBootstrap small(MapSink into) {
        return new SnapshotBootstrap(log, SNAPSHOT, codec, into, SMALL_PIECE);
    }

    private static Result finish(SnapshotBootstrap bootstrap) {
        for (int i = 0; i < 10_000; i++) {
            Optional<Result> result = bootstrap.step(Duration.ZERO);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw new AssertionError("not done after 10,000 steps");
    }

    private static SnapshotRow[] fields(int from, int to, long sequence) {
        var fields = new ArrayList<SnapshotRow>();
        for (int i = from; i < to; i++) {
            fields.add(field("k" + i, sequence));
        }
        return fields.toArray(SnapshotRow[]::new);
    }

    /** A row whose content tells the sequence that set it. */
    private static SnapshotRow field(String field, long sequence) {
        return new SnapshotRow.HashField(
                Bytes.utf8("hash"), Bytes.utf8(field), Bytes.utf8("v" + sequence), sequence, sequence);
    }

    private static Bytes key(String field) {
        return RowKeys.hashField(Bytes.utf8("hash"), Bytes.utf8(field));
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }
}
