package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.fold.Outcome;
import dev.kora.cdc.consumer.store.Changes;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.Passed;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of one commit: folded over the store, sent in a transaction that is open, and not applied to the store before
 * it is committed. Where it is given up, nothing of it remains. Not thread-safe.
 */
final class Batch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private final ShardSetup setup;
    private final SnapshotTransaction transaction;
    private final Overlay overlay;
    private final SnapshotRow.@Nullable Checkpoint former;
    private final String walTopicId;
    private final @Nullable Long truncatedTo;
    private final Rejections rejections = new Rejections();
    private final long begunAtNanos;
    private @Nullable LoggedEntry last;
    private SnapshotRow.@Nullable Skips skips;
    /** Whether nothing was folded yet behind the last skipped entry. */
    private boolean skipsOpen;
    /** Just behind an entry that was skipped in this batch. */
    private @Nullable LogPosition behindSkipped;

    private @Nullable Long marker;
    private long entries;
    private long controls;
    private @Nullable Sealed sealed;

    /** What the batch comes to. */
    private record Sealed(Changes changes, SnapshotRow.Checkpoint checkpoint, long sentAtNanos) {}

    /**
     * A batch without entries over a store that does not change before the batch is closed.
     *
     * @param writer has just begun a transaction
     * @param truncatedTo first offset of the WAL after its last truncation; null where there was none
     */
    Batch(ShardSetup setup, LogWriter writer, Store store, String walTopicId, @Nullable Long truncatedTo) {
        this.setup = setup;
        this.transaction = new SnapshotTransaction(setup, writer);
        this.overlay = new Overlay(store, store.position(), transaction);
        this.former = store.position().checkpoint();
        this.marker = former == null ? null : former.marker();
        this.skips = former == null ? null : former.skips();
        this.skipsOpen = former != null && former.openSkips() != null;
        this.walTopicId = walTopicId;
        this.truncatedTo = truncatedTo;
        this.begunAtNanos = setup.nowNanos();
    }

    /** Applies an entry to the overlay; tombstones of many rows go to the log at once. */
    void fold(LoggedEntry logged) {
        WalEntry entry = logged.entry();
        if (skips != null && skipsOpen) {
            skips = skips.goneOnWith(entry);
            skipsOpen = false;
        }
        Outcome outcome = Fold.apply(entry, overlay);
        if (outcome.rejected()) {
            rejections.add(outcome, logged);
        }
        if (entry.content() instanceof Control control) {
            controls++;
            marker = control == Control.TRUNCATE ? Long.valueOf(logged.offset()) : marker;
        }
        entries++;
        last = logged;
    }

    /**
     * Takes note that an entry is passed over.
     *
     * @param position just behind it
     */
    void skip(Passed passed, LogPosition position, String reason) {
        skips = new SnapshotRow.Skips(
                skips == null ? 1 : skips.count() + 1,
                position.offset() - 1,
                passed.epoch(),
                passed.sequence(),
                passed.unread(),
                reason,
                setup.nowMs());
        skipsOpen = true;
        behindSkipped = position;
    }

    /** Whether it has reached one of its bounds in memory. */
    boolean isFull() {
        return overlay.size() >= setup.config().batchRows()
                || overlay.bytes() >= setup.config().batchBytes();
    }

    /** How long it may still wait for entries; negative where its time is over. */
    Duration left() {
        return setup.config().commitInterval().minusNanos(setup.nowNanos() - begunAtNanos);
    }

    /** Sends everything that has not gone yet; the transaction is ready to be committed then. */
    void send() {
        long now = setup.nowNanos();
        Changes changes = overlay.seal();
        SnapshotRow.Checkpoint checkpoint = checkpoint(changes);
        transaction.sendRows(changes.rows());
        transaction.sendCheckpoint(checkpoint);
        sealed = new Sealed(changes, checkpoint, now);
    }

    private SnapshotRow.Checkpoint checkpoint(Changes changes) {
        Reached at = reached();
        return new SnapshotRow.Checkpoint(
                at.position.offset(),
                at.position.leaderEpoch(),
                walTopicId,
                at.epoch,
                marker,
                truncatedTo,
                changes.tally().rows(),
                changes.tally().keys(),
                changes.tally().digest(),
                at.sequence,
                at.timeMs,
                skips);
    }

    /** How far the batch takes the shard: where to read on, and the last entry applied. */
    private record Reached(LogPosition position, long epoch, long sequence, long timeMs) {}

    private Reached reached() {
        LoggedEntry at = last;
        if (at != null) {
            WalEntry entry = at.entry();
            LogPosition behind = new LogPosition(at.offset() + 1, at.leaderEpoch());
            return new Reached(behind, entry.epoch(), entry.sequence(), entry.timeMs());
        }
        LogPosition behind = behindSkipped;
        if (behind == null) {
            throw new IllegalStateException("a commit without entries");
        }
        return former == null
                ? new Reached(behind, 0, 0, 0)
                : new Reached(behind, former.epoch(), former.sequence(), former.updatedAtMs());
    }

    /** The checkpoint that was sent. */
    SnapshotRow.Checkpoint checkpoint() {
        return sealed().checkpoint;
    }

    /** What takes the store to the checkpoint, which stands just before {@code snapshot} in the compacted partition. */
    StoreBatch toStoreBatch(String snapshotTopicId, LogPosition snapshot) {
        return sealed().changes.toBatch(checkpoint(), snapshotTopicId, snapshot);
    }

    /** About how many bytes it changes in the store; 0 where it changes no row. */
    long changedBytes() {
        Changes changes = sealed().changes;
        return changes.rows().isEmpty() && changes.ranges().isEmpty() ? 0 : Math.max(1, overlay.bytes());
    }

    /** Counts what was committed, and says what was skipped in it. */
    void count(ShardCounters counters) {
        SnapshotRow.Skips skipped = skips;
        if (behindSkipped != null && skipped != null) {
            LOG.atWarn()
                    .addKeyValue("partition", setup.wal())
                    .addKeyValue("offset", skipped.offset())
                    .addKeyValue("reason", skipped.reason())
                    .log("an entry was skipped, as an operator wanted it");
        }
        counters.addEntries(entries, controls);
        counters.addCommit(setup.nowNanos() - sealed().sentAtNanos);
        rejections.report(setup, counters);
    }

    private Sealed sealed() {
        if (sealed == null) {
            throw new IllegalStateException("the batch has not been sent");
        }
        return sealed;
    }

    /** Lets go of the store. Idempotent. */
    @Override
    public void close() {
        overlay.close();
    }
}
