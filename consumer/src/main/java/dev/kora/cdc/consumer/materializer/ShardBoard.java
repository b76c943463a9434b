package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an owner tells the world about its shard, the log file included. The owner's thread and {@code EndsWatch} write, each
 * its own part; any thread reads.
 */
final class ShardBoard {
    private static final Logger LOG = LoggerFactory.getLogger(ShardBoard.class);

    private final LogPartition wal;
    private final ShardCounters counters = new ShardCounters();
    private volatile Sign sign = startingSign("taking the shard over");
    private volatile String trouble = "";
    private volatile @Nullable Applied applied;
    private volatile long readTo;
    private volatile @Nullable Seen seen;
    private volatile @Nullable String snapshotTopicId;

    /** State, reason and access, which change together. */
    private record Sign(ShardState state, String reason, ShardAccess access) {}

    /** The checkpoint that the store stands at. */
    private record Applied(SnapshotRow.Checkpoint checkpoint, long snapshotOffset, long committedAtMs) {}

    /** What was seen of the WAL's end; {@code last} is null where it was not looked for. */
    private record Seen(LogEnds ends, @Nullable LastEntry last) {}

    /** The last committed entry of a WAL partition. */
    record LastEntry(long sequence, long timeMs) {}

    ShardBoard(LogPartition wal) {
        this.wal = wal;
    }

    LogPartition wal() {
        return wal;
    }

    ShardCounters counters() {
        return counters;
    }

    // --- for the owner

    void starting(String doing) {
        sign = startingSign(doing);
    }

    private static Sign startingSign(String doing) {
        return new Sign(ShardState.STARTING, doing, new ShardAccess.Starting(doing));
    }

    /** Shows the store to readers; {@code state} is a readable one. */
    void serving(ShardState state, ShardAccess.Views views) {
        sign = new Sign(state, "", new ShardAccess.Served(views));
    }

    void halted(String reason, Throwable cause) {
        trouble = "";
        sign = new Sign(ShardState.HALTED, reason, new ShardAccess.Halted(reason));
        LOG.atError()
                .addKeyValue("partition", wal)
                .addKeyValue("reason", reason)
                .setCause(cause)
                .log("shard halted");
    }

    void elsewhere(String reason) {
        trouble = "";
        sign = new Sign(ShardState.ELSEWHERE, reason, new ShardAccess.Elsewhere());
        LOG.atInfo().addKeyValue("partition", wal).addKeyValue("reason", reason).log("shard given up");
    }

    /** Something failed and is tried again; of a row of failures the first is logged. */
    void troubled(Exception e) {
        if (trouble.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("partition", wal)
                    .addKeyValue("error", e.getMessage())
                    .log("entries wait in the log until it can be read and written again");
        }
        trouble = "trying again after: " + e.getMessage();
    }

    void worked() {
        if (!trouble.isEmpty()) {
            trouble = "";
            LOG.atInfo().addKeyValue("partition", wal).log("entries are materialised again");
        }
    }

    /** The store was found at a checkpoint, or brought to it. */
    void found(SnapshotRow.Checkpoint checkpoint, long snapshotOffset) {
        Applied before = applied;
        applied(checkpoint, snapshotOffset, before == null ? 0 : before.committedAtMs());
        LOG.atInfo()
                .addKeyValue("partition", wal)
                .addKeyValue("position", checkpoint.position())
                .addKeyValue("sequence", checkpoint.sequence())
                .addKeyValue("rows", checkpoint.rows())
                .log("shard taken over");
    }

    /** A commit is in the log and in the store. */
    void applied(SnapshotRow.Checkpoint checkpoint, long snapshotOffset, long committedAtMs) {
        applied = new Applied(checkpoint, snapshotOffset, committedAtMs);
        readTo = checkpoint.position();
    }

    /** All entries before this offset are applied. */
    void readTo(long offset) {
        readTo = offset;
    }

    /** Id of the compacted topic as it was seen last; null where nobody has looked. */
    @Nullable
    String snapshotTopicId() {
        return snapshotTopicId;
    }

    // --- for the watch

    long readTo() {
        return readTo;
    }

    void seen(LogEnds ends, @Nullable LastEntry last) {
        seen = new Seen(ends, last);
    }

    void seenSnapshotTopic(String id) {
        snapshotTopicId = id;
    }

    // --- for everyone

    ShardState state() {
        return sign.state();
    }

    ShardAccess access() {
        return sign.access();
    }

    ShardStatus status(long nowMs) {
        Sign now = sign;
        String retrying = trouble;
        String reason = now.reason() + (now.reason().isEmpty() || retrying.isEmpty() ? "" : "; ") + retrying;
        Applied at = applied;
        return new ShardStatus(wal.partition(), now.state(), reason, at == null ? null : progress(at, nowMs));
    }

    private ShardStatus.Progress progress(Applied at, long nowMs) {
        Seen log = seen;
        LogEnds ends = log == null ? new LogEnds(0, readTo, readTo) : log.ends();
        boolean waiting = readTo < ends.lastStable();
        LastEntry last = log == null ? null : log.last();
        SnapshotRow.Checkpoint checkpoint = at.checkpoint();
        return new ShardStatus.Progress(
                checkpoint.epoch(),
                checkpoint.sequence(),
                checkpoint.position(),
                ends.start(),
                ends.lastStable(),
                waiting ? lagRecords(checkpoint, last) : 0,
                waiting ? lagMs(checkpoint, last, nowMs) : 0,
                at.snapshotOffset(),
                checkpoint.rows(),
                checkpoint.digest(),
                at.committedAtMs(),
                counters.toCounts());
    }

    private static long lagRecords(SnapshotRow.Checkpoint applied, @Nullable LastEntry last) {
        return last == null ? -1 : Math.max(0, last.sequence() - applied.sequence());
    }

    private static long lagMs(SnapshotRow.Checkpoint applied, @Nullable LastEntry last, long nowMs) {
        return Math.max(0, (last == null ? nowMs : last.timeMs()) - applied.updatedAtMs());
    }
}
