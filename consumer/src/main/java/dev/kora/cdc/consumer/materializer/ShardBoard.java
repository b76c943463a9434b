package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.shard.TruncationStatus;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    private volatile Seen seen = Seen.NOTHING;
    private volatile @Nullable String snapshotTopicId;
    private volatile @Nullable TruncationStatus truncation;

    /** State, reason, access and halt, which change together. */
    private record Sign(
            ShardState state,
            String reason,
            ShardAccess access,
            @Nullable Halt halt) {
        Sign(ShardState state, String reason, ShardAccess access) {
            this(state, reason, access, null);
        }
    }

    /** The checkpoint that the store stands at, and what was counted up to it. */
    private record Applied(
            SnapshotRow.Checkpoint checkpoint, long snapshotOffset, long committedAtMs, ShardStatus.Counts counts) {}

    /**
     * What was seen of the WAL's end last.
     *
     * @param last null where it was not looked for
     * @param trouble why nothing newer can be seen; empty where it can
     */
    private record Seen(LogEnds ends, @Nullable LastEntry last, String trouble) {
        static final Seen NOTHING = new Seen(new LogEnds(0, 0, 0), null, "");
    }

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
        if (state == ShardState.RUNNING && sign.state() != ShardState.RUNNING) {
            LOG.atInfo().addKeyValue("partition", wal).log("shard has caught up");
        }
        sign = new Sign(state, "", new ShardAccess.Served(views));
    }

    /** The store, which is shown, stays so while the shard is taken over anew. */
    void servingWhile(String doing) {
        sign = new Sign(sign.state(), doing, sign.access());
    }

    void halted(Halt halt, Throwable cause) {
        trouble = "";
        sign = new Sign(ShardState.HALTED, halt.reason(), new ShardAccess.Halted(halt.reason()), halt);
        LOG.atError()
                .addKeyValue("partition", wal)
                .addKeyValue("reason", halt.reason())
                .setCause(cause)
                .log("shard halted");
    }

    /** A halted shard tries again. */
    void resuming() {
        starting("trying again, as an operator asked for");
        LOG.atInfo().addKeyValue("partition", wal).log("halted shard tries again, as an operator asked for");
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

    /** The shard was taken over, and has never been materialised. */
    void foundNothing() {
        starting("waiting for the first entry of " + wal);
        LOG.atInfo().addKeyValue("partition", wal).log("shard taken over, for the first time");
    }

    /** A commit is in the log and in the store, and counted. */
    void applied(SnapshotRow.Checkpoint checkpoint, long snapshotOffset, long committedAtMs) {
        readTo = checkpoint.position();
        applied = new Applied(checkpoint, snapshotOffset, committedAtMs, counters.toCounts());
    }

    /** All entries before this offset are applied. */
    void readTo(long offset) {
        readTo = offset;
    }

    /** How the truncation of the WAL is; null where nothing is known. */
    void truncation(@Nullable TruncationStatus now) {
        truncation = now;
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
        seen = new Seen(ends, last, "");
    }

    /** The WAL's end cannot be seen at the moment: nobody knows how much waits. */
    void unseen(String why) {
        seen = new Seen(seen.ends(), null, "the end of %s cannot be seen: %s".formatted(wal, why));
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

    /** What the shard is halted at; null where it is not halted. */
    @Nullable
    Halt halt() {
        return sign.halt();
    }

    ShardStatus status(long nowMs) {
        Sign now = sign;
        Applied at = applied;
        Seen log = seen;
        String reason = Stream.of(now.reason(), trouble, log.trouble())
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining("; "));
        return new ShardStatus(
                wal.partition(),
                now.state(),
                reason,
                at == null ? null : progress(at, log, nowMs),
                now.halt(),
                at == null ? null : at.checkpoint().skips(),
                truncation);
    }

    private ShardStatus.Progress progress(Applied at, Seen log, long nowMs) {
        SnapshotRow.Checkpoint checkpoint = at.checkpoint();
        // The end is looked at now and then; what was read meanwhile is in the log as well.
        long logEnd = Math.max(log.ends().lastStable(), readTo);
        boolean waiting = readTo < logEnd || !log.trouble().isEmpty();
        return new ShardStatus.Progress(
                checkpoint.epoch(),
                checkpoint.sequence(),
                checkpoint.position(),
                log.ends().start(),
                logEnd,
                waiting ? lagRecords(checkpoint, log.last()) : 0,
                waiting ? lagMs(checkpoint, log.last(), nowMs) : 0,
                at.snapshotOffset(),
                checkpoint.rows(),
                checkpoint.digest(),
                at.committedAtMs(),
                at.counts());
    }

    private static long lagRecords(SnapshotRow.Checkpoint applied, @Nullable LastEntry last) {
        return last == null ? -1 : Math.max(0, last.sequence() - applied.sequence());
    }

    private static long lagMs(SnapshotRow.Checkpoint applied, @Nullable LastEntry last, long nowMs) {
        return Math.max(0, (last == null ? nowMs : last.timeMs()) - applied.updatedAtMs());
    }
}
