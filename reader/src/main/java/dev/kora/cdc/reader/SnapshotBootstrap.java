package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.reader.PositionLostException.Loss;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a sink to the state of a shard, by reading the shard's compacted partition up to a checkpoint.
 *
 * <h2>Where to stop</h2>
 *
 * Rows and checkpoint are committed together, so the rows before a checkpoint are the state at its position; but compaction
 * works on the partition while it is being read. A row may have been removed because a newer one replaces it that stands
 * behind the checkpoint; then the rows that were read are no state. So the reading ends at the first checkpoint whose row
 * count and digest match what was read and that stands at or past the last stable offset seen at the start, or is the last
 * record of all. Rows behind it are not applied. An earlier one may match as well, but be much older than the partition was:
 * compaction may have removed what followed it.
 *
 * <p>The checkpoint that a sink brings along counts as read where the leader epoch of its position vouches for it. Where there
 * is none, for a writer is not told it, the checkpoint is read again from its place: a log that went back and has grown to the
 * same length since would else be taken for the one that the sink was filled from.
 *
 * <p>At the end of the partition nothing can be missing but what compaction forgot altogether: tombstones older than {@code
 * delete.retention.ms}, which a sink that is older still waits for. So no match there means to start again from an empty
 * sink, three times; then it is the partition that is wrong, and the bootstrap stops and says what differs.
 *
 * <h2>Memory</h2>
 *
 * Compaction removes old checkpoints as well, so the next one may be as far away as the whole state is large, and a commit
 * may be too (a flush of all keys is one commit). What was read is therefore handed to the sink in pieces of bounded size,
 * whether or not a checkpoint has come. A sink that stands between checkpoints says so in its progress, with count and digest
 * of what it holds: it can go on from there after a crash, and nobody is shown it. Nothing is ever held back beyond one piece,
 * since the last piece ends with the checkpoint that matched, and what the reader holds behind it is dropped.
 *
 * <p>Stepped by its caller; not thread-safe. A step that throws {@link CdcException.Unavailable} may be tried again.
 */
public final class SnapshotBootstrap implements AutoCloseable {

    /** How a bootstrap ended. */
    public sealed interface Result {}

    /** The sink holds the state at {@code checkpoint}; {@code next} is the offset just behind it. */
    public record Found(SnapshotRow.Checkpoint checkpoint, LogPosition next) implements Result {}

    /** The partition holds no row and no checkpoint, and the sink is empty. */
    public record Nothing() implements Result {}

    private static final int RESTARTS = 3;
    private static final int PIECE_ROWS = 10_000;
    private static final long PIECE_BYTES = 8L << 20;

    private final Log log;
    private final LogPartition partition;
    private final SnapshotRecords records;
    private final SnapshotSink sink;
    private final int pieceRows;
    private int restarts;
    private @Nullable Pass pass;

    SnapshotBootstrap(Log log, LogPartition partition, SnapshotRowCodec codec, SnapshotSink sink, int pieceRows) {
        this.log = log;
        this.partition = partition;
        this.records = new SnapshotRecords(partition, codec);
        this.sink = sink;
        this.pieceRows = pieceRows;
    }

    /** Prepares a bootstrap of {@code sink}, from where it stands; it does no I/O before the first step. */
    public static SnapshotBootstrap open(Log log, LogPartition partition, SnapshotRowCodec codec, SnapshotSink sink) {
        return new SnapshotBootstrap(log, partition, codec, sink, PIECE_ROWS);
    }

    /**
     * Reads on, for at most {@code timeout} and one poll, and to the end of one piece.
     *
     * @return how the bootstrap ended; empty while it has not
     * @throws PoisonException a record of the partition is no row
     * @throws PositionLostException the partition is not the one that the sink was filled from, or went back
     * @throws CdcException.Corrupt no checkpoint matches, however often the partition is read
     * @throws CdcException.Unavailable the log cannot be reached: step again
     */
    public Optional<Result> step(Duration timeout) {
        try {
            if (pass == null) {
                pass = begin();
            }
            return pass.step(timeout);
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, progress().offset());
        }
    }

    /** How far the reading has come; for people. Zeros before the first step. */
    public Progress progress() {
        Pass reading = pass;
        return reading == null
                ? new Progress(
                        sink.progress().position().offset(), 0, sink.progress().rows())
                : new Progress(reading.reader.position().offset(), reading.target, reading.piece.rows());
    }

    /**
     * How far a bootstrap has come.
     *
     * @param offset of the next record to read
     * @param target offset that has to be reached at least; more may follow
     * @param rows number of rows so far
     */
    public record Progress(long offset, long target, long rows) {}

    @Override
    public void close() {
        if (pass != null) {
            pass.reader.close();
            pass = null;
        }
    }

    private Pass begin() {
        LogEnds ends = log.ends(partition);
        String topicId = log.topicId(partition.topic());
        SnapshotProgress from = sink.progress();
        if (!from.holdsNothing()) {
            checkIsThere(from, topicId, ends);
            if (from.position().offset() >= ends.start()) {
                return new Pass(topicId, placeToRead(from, ends), ends.lastStable());
            }
            // Whatever was deleted in between, only the whole of what is left can tell.
            sink.clear();
        }
        return new Pass(topicId, LogPosition.of(ends.start()), ends.lastStable());
    }

    private void checkIsThere(SnapshotProgress from, String topicId, LogEnds ends) {
        long offset = from.position().offset();
        if (!from.topicId().equals(topicId)) {
            throw PositionLostException.recreated(partition, offset, from.topicId(), topicId);
        }
        if (offset > ends.highWatermark()) {
            String what = "the partition ends at %d, before what was read of it".formatted(ends.highWatermark());
            throw new PositionLostException(Loss.BEYOND_END, partition, offset, what, null);
        }
    }

    /** The sink's own checkpoint is read again where nothing vouches for it; compaction removes it only for a newer one. */
    private static LogPosition placeToRead(SnapshotProgress from, LogEnds ends) {
        return isVouchedFor(from)
                ? from.position()
                : LogPosition.of(Math.max(ends.start(), from.position().offset() - 1));
    }

    private static boolean isVouchedFor(SnapshotProgress from) {
        return from.checkpoint() == null || from.position().leaderEpoch() != LogPosition.NO_EPOCH;
    }

    private void startAgain(String difference) {
        if (restarts == RESTARTS) {
            throw new CdcException.Corrupt(
                    "%s: no checkpoint matches the rows before it, read %d times from the beginning: %s. The compacted partition has lost rows; its topic's settings and its brokers' logs may say why"
                            .formatted(partition, RESTARTS, difference));
        }
        restarts++;
        close();
        sink.clear();
    }

    /** A checkpoint that matches what was read, as long as nothing was read behind it. */
    private record Candidate(SnapshotRow.Checkpoint checkpoint, LogPosition next) {}

    /** One reading of the partition. */
    private final class Pass {
        private final LogReader reader;
        private final PieceBuilder piece;
        private final long target;
        private final ArrayDeque<LogRecord> polled = new ArrayDeque<>();
        private @Nullable Candidate candidate;
        private SnapshotRow.@Nullable Checkpoint lastSeen;
        private boolean readAnything;

        Pass(String topicId, LogPosition from, long target) {
            this.reader = log.openReader(partition, from);
            this.piece = new PieceBuilder(sink, topicId, pieceRows, PIECE_BYTES);
            this.target = target;
            SnapshotProgress own = sink.progress();
            this.lastSeen = own.checkpoint();
            this.candidate = lastSeen != null && isVouchedFor(own) && piece.matches(lastSeen)
                    ? new Candidate(lastSeen, from)
                    : null;
        }

        Optional<Result> step(Duration timeout) {
            if (polled.isEmpty()) {
                polled.addAll(reader.poll(timeout));
            }
            while (!polled.isEmpty()) {
                boolean flushed = accept(polled.element());
                boolean past = polled.remove().offset() >= target;
                Candidate matching = candidate;
                if (matching != null && past) {
                    return Optional.of(finish(matching));
                }
                if (flushed) {
                    return Optional.empty();
                }
            }
            return reader.caughtUp() ? atEnd() : Optional.empty();
        }

        /** Takes a record in; returns whether that has made a piece for the sink. */
        private boolean accept(LogRecord logged) {
            readAnything = true;
            LogPosition behind = new LogPosition(logged.offset() + 1, logged.leaderEpoch());
            SnapshotRow row = records.decode(logged);
            checkPlace(logged, row);
            if (row instanceof SnapshotRow.Checkpoint checkpoint) {
                lastSeen = checkpoint;
                candidate = piece.matches(checkpoint) ? new Candidate(checkpoint, behind) : null;
                return false;
            }
            candidate = null;
            Bytes rowKey = records.keyOf(logged);
            if (row == null) {
                piece.delete(rowKey);
            } else {
                piece.put(rowKey, row, sizeOf(logged));
            }
            boolean full = piece.isFull();
            if (full) {
                piece.flush(null, behind);
            }
            return full;
        }

        /** What is read again must be the checkpoint that the sink's rows belong to. */
        private void checkPlace(LogRecord logged, @Nullable SnapshotRow row) {
            SnapshotRow.Checkpoint own = sink.progress().checkpoint();
            long place = sink.progress().position().offset() - 1;
            if (own != null && logged.offset() == place && !own.equals(row)) {
                String what =
                        "another record stands where the checkpoint of position %d stood".formatted(own.position());
                throw new PositionLostException(Loss.WENT_BACK, partition, logged.offset(), what, null);
            }
        }

        private Optional<Result> atEnd() {
            Candidate matching = candidate;
            if (matching != null) {
                return Optional.of(finish(matching));
            }
            if (!readAnything && sink.progress().holdsNothing()) {
                return Optional.of(new Nothing());
            }
            startAgain(difference());
            return Optional.empty();
        }

        private Result finish(Candidate matching) {
            piece.flush(matching.checkpoint, matching.next);
            return new Found(matching.checkpoint, matching.next);
        }

        private String difference() {
            String read = "%d rows with digest %016x were read".formatted(piece.rows(), piece.digest());
            SnapshotRow.Checkpoint last = lastSeen;
            return last == null
                    ? read + ", and no checkpoint"
                    : "%s, the last checkpoint (position %d, sequence %d) says %d rows with digest %016x"
                            .formatted(read, last.position(), last.sequence(), last.rows(), last.digest());
        }
    }

    private static int sizeOf(LogRecord logged) {
        Bytes value = logged.value();
        return value == null ? 0 : value.length();
    }
}
