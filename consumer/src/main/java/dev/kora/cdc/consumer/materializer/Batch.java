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
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one commit: folded over the store, sent in a transaction that is open, and not applied to the store before
 * it is committed. Where it is given up, nothing of it remains. Not thread-safe.
 */
final class Batch implements AutoCloseable {
    private final ShardSetup setup;
    private final SnapshotTransaction transaction;
    private final Overlay overlay;
    private final SnapshotRow.@Nullable Checkpoint former;
    private final String walTopicId;
    private final Rejections rejections = new Rejections();
    private final long begunAtNanos;
    private @Nullable LoggedEntry last;
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
     */
    Batch(ShardSetup setup, LogWriter writer, Store store, String walTopicId) {
        this.setup = setup;
        this.transaction = new SnapshotTransaction(setup, writer);
        this.overlay = new Overlay(store, store.position(), transaction);
        this.former = store.position().checkpoint();
        this.marker = former == null ? null : former.marker();
        this.walTopicId = walTopicId;
        this.begunAtNanos = setup.nowNanos();
    }

    /** Applies an entry to the overlay; tombstones of many rows go to the log at once. */
    void fold(LoggedEntry logged) {
        WalEntry entry = logged.entry();
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
        LoggedEntry at = last;
        if (at == null) {
            throw new IllegalStateException("a commit without entries");
        }
        return new SnapshotRow.Checkpoint(
                at.offset() + 1,
                at.leaderEpoch(),
                walTopicId,
                at.entry().epoch(),
                marker,
                former == null ? null : former.truncatedTo(),
                changes.tally().rows(),
                changes.tally().keys(),
                changes.tally().digest(),
                at.entry().sequence(),
                at.entry().timeMs());
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

    /** Counts what was committed. */
    void count(ShardCounters counters) {
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
