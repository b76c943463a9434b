package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.Passed;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.reader.WalReader;
import dev.kora.cdc.reader.WalStart;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.List;

/**
 * An owner's writer, and its reader of the WAL, from a takeover on. After an abort it reads again what is not committed: no
 * entry is kept for that. Not thread-safe.
 */
final class Session implements AutoCloseable {
    private final ShardSetup setup;
    private final LogWriter writer;
    private final String snapshotTopicId;
    private final boolean first;
    /** Just behind what is committed. */
    private WalStart committed;

    private WalReader wal;
    private List<LoggedEntry> polled = List.of();
    private int taken;
    private long duplicates;

    Session(ShardSetup setup, Takeover.Taken start) {
        this.setup = setup;
        this.writer = start.writer();
        this.snapshotTopicId = start.snapshotTopicId();
        this.first = start.checkpoint() == null;
        this.committed = start.from();
        this.wal = open();
    }

    private WalReader open() {
        return WalReader.open(
                setup.log(),
                setup.wal(),
                setup.all().walCodec(),
                committed,
                setup.all().nanoClock());
    }

    LogWriter writer() {
        return writer;
    }

    /** Id of the compacted topic that the store's rows stand in. */
    String snapshotTopicId() {
        return snapshotTopicId;
    }

    /** Id of the WAL topic that is read. */
    String walTopicId() {
        return committed.topicId();
    }

    /** Whether there is no checkpoint yet: the shard is materialised for the first time. */
    boolean isFirst() {
        return first && committed.sequence() == 0;
    }

    /** Waits for entries for at most {@code timeout}, unless there are some. Throws what {@link WalReader#poll} throws. */
    void poll(Duration timeout) {
        if (!hasNext()) {
            polled = wal.poll(timeout);
            taken = 0;
        }
    }

    boolean hasNext() {
        return taken < polled.size();
    }

    LoggedEntry next() {
        return polled.get(taken++);
    }

    /** Passes over the entry that the last poll failed at; see {@link WalReader#pass}. */
    Passed pass(PoisonException poison) {
        return wal.pass(poison);
    }

    /** Whether everything committed to the WAL, as of the broker's last answer, has been taken. */
    boolean isDrained() {
        return !hasNext() && wal.caughtUp();
    }

    /** Where the reading stands. */
    LogPosition position() {
        return wal.position();
    }

    /** Offset that the reading has come to; where everything read is applied, nothing before it waits. */
    long offset() {
        return wal.position().offset();
    }

    /** Moves the place to read again from up to a checkpoint, and returns how many duplicates were dropped since the last. */
    long committed(SnapshotRow.Checkpoint checkpoint) {
        committed = WalStart.at(checkpoint);
        long since = wal.duplicates() - duplicates;
        duplicates = wal.duplicates();
        return since;
    }

    /** Goes back to just behind what is committed. */
    void rewind() {
        wal.close();
        wal = open();
        polled = List.of();
        taken = 0;
        duplicates = 0;
    }

    @Override
    public void close() {
        wal.close();
        writer.close();
    }
}
