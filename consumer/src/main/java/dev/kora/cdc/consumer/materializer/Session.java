package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.Passed;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.reader.WalReader;
import java.time.Duration;
import java.util.List;

/** An owner's writer, and its reader of the WAL, from a takeover on. Not thread-safe. */
final class Session implements AutoCloseable {
    private final LogWriter writer;
    private final WalReader wal;
    private final String walTopicId;
    private final String snapshotTopicId;

    private boolean first;
    private List<LoggedEntry> polled = List.of();
    private int taken;
    private long duplicates;

    Session(ShardSetup setup, Takeover.Taken start) {
        this.writer = start.writer();
        this.wal = WalReader.open(
                setup.log(),
                setup.wal(),
                setup.all().walCodec(),
                start.from(),
                setup.all().nanoClock());
        this.walTopicId = start.from().topicId();
        this.snapshotTopicId = start.snapshotTopicId();
        this.first = start.checkpoint() == null;
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
        return walTopicId;
    }

    /** Whether there is no checkpoint yet: the shard is materialised for the first time. */
    boolean isFirst() {
        return first;
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

    /** What was taken is committed; returns how many duplicates were dropped since the last commit. */
    long committed() {
        first = false;
        long since = wal.duplicates() - duplicates;
        duplicates = wal.duplicates();
        return since;
    }

    @Override
    public void close() {
        wal.close();
        writer.close();
    }
}
