package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A subscriber that keeps rows and position together, and holds each change to what was promised: no gap, no duplicate, a state only
 * where it is one, and RESET only where there is need.
 */
final class Subscriber {
    private final SubscribedShard shard;
    private final boolean holdsRows;
    private final Map<Bytes, SnapshotRow> rows = new TreeMap<>();
    private byte[] saved = SavedPosition.NONE.toBytes();
    private long sequence = -1;
    private int resets;
    private int states;
    private int entries;
    private SnapshotThenWal reader;

    Subscriber(SubscribedShard shard, boolean holdsRows) {
        this.shard = shard;
        this.holdsRows = holdsRows;
        this.reader = open();
    }

    private SnapshotThenWal open() {
        SavedPosition from = SavedPosition.of(saved);
        return holdsRows
                ? SnapshotThenWal.open(shard.topics(), from, this::hash)
                : SnapshotThenWal.open(shard.topics(), from);
    }

    private OptionalLong hash(Bytes rowKey) {
        SnapshotRow row = rows.get(rowKey);
        return row == null ? OptionalLong.empty() : OptionalLong.of(Digest.of(row));
    }

    /** Dies, and starts again from what was saved. */
    Subscriber killAndRestart() {
        reader.close();
        reader = open();
        return this;
    }

    /** Polls once; returns whether something came. */
    boolean step() {
        var changes = reader.poll(Duration.ZERO);
        changes.forEach(this::take);
        return !changes.isEmpty();
    }

    /** Polls until nothing more comes. */
    Subscriber drain() {
        for (int poll = 0; poll < 100_000; poll++) {
            if (!step() && reader.caughtUp()) {
                return this;
            }
        }
        throw new AssertionError("never caught up: " + reader.stateProgress());
    }

    private void take(Change change) {
        switch (change) {
            case Change.Reset reset -> {
                assertTrue(isNeeded(), () -> "RESET without need at " + SavedPosition.of(saved));
                rows.clear();
                sequence = -1;
                resets++;
            }
            case Change.Rows piece -> {
                piece.piece().deletions().forEach(rows::remove);
                piece.piece().puts().forEach(row -> rows.put(RowKeys.of(row), row));
            }
            case Change.StateComplete complete -> {
                SnapshotRow.Checkpoint checkpoint = complete.checkpoint();
                sequence = checkpoint == null ? 0 : checkpoint.sequence();
                assertEquals(shard.state(sequence), rows, "the state at its checkpoint");
                states++;
            }
            case Change.Entry entry -> {
                assertEquals(++sequence, entry.logged().entry().sequence(), "no gap, no duplicate");
                SubscribedShard.apply(rows, entry.logged().entry());
                assertEquals(shard.state(sequence), rows, "the state behind entry " + sequence);
                entries++;
            }
        }
        saved = change.after().toBytes();
    }

    private boolean isNeeded() {
        WalStart start = SavedPosition.of(saved).start();
        return start == null || start.position().offset() < shard.walStart();
    }

    /** It has everything. */
    void check() {
        assertEquals(shard.lastSequence(), sequence, "the last entry");
        assertEquals(shard.state(sequence), rows);
    }

    byte[] saved() {
        return saved;
    }

    int resets() {
        return resets;
    }

    int states() {
        return states;
    }

    int entries() {
        return entries;
    }

    SnapshotThenWal reader() {
        return reader;
    }
}
