package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.RowKeys;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Turns what a bootstrap does to its sink into changes for a subscriber, and answers it for the rows. Not thread-safe. */
final class StateDelivery implements SnapshotSink {
    private final HeldRows held;
    /** Null where the subscriber holds the rows. */
    private final @Nullable RowHashes hashes;

    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private SnapshotProgress progress = SnapshotProgress.NONE;

    private StateDelivery(HeldRows held, @Nullable RowHashes hashes) {
        this.held = held;
        this.hashes = hashes;
        changes.add(new Change.Reset());
    }

    /** For a subscriber that holds the rows, or, with null, does not. It begins with a RESET. */
    static StateDelivery begin(@Nullable HeldRows held) {
        if (held != null) {
            return new StateDelivery(held, null);
        }
        RowHashes own = new RowHashes();
        return new StateDelivery(own, own);
    }

    /** The next change to be told; null where there is none. */
    @Nullable
    Change poll() {
        return changes.poll();
    }

    @Override
    public SnapshotProgress progress() {
        return progress;
    }

    @Override
    public OptionalLong hash(Bytes rowKey) {
        return held.hash(rowKey);
    }

    @Override
    public void apply(SnapshotPiece piece) {
        if (hashes != null) {
            piece.deletions().forEach(hashes::remove);
            piece.puts().forEach(row -> hashes.put(RowKeys.of(row), Digest.of(row)));
        }
        progress = piece.progress();
        changes.add(new Change.Rows(piece));
    }

    @Override
    public void clear() {
        if (hashes != null) {
            hashes.clear();
        }
        progress = SnapshotProgress.NONE;
        changes.add(new Change.Reset());
    }
}
