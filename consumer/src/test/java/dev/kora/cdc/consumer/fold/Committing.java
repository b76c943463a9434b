package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.store.Changes;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Rows;
import dev.kora.cdc.consumer.store.State;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.ValueType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A store that entries are folded into, with commits wherever the test wants them, and beside it what the compacted
 * partition would hold: tombstones as they come, then the changed rows.
 */
final class Committing implements AutoCloseable {
    private final Store store;
    private final Map<Bytes, SnapshotRow> compacted = new HashMap<>();
    private final Set<Bytes> tombstones = new HashSet<>();
    private @Nullable Overlay overlay;
    private long commits;

    /** @param store an empty one */
    Committing(Store store) {
        this.store = store;
    }

    /** The state with what is not committed yet. */
    State state() {
        if (overlay == null) {
            overlay = new Overlay(store, store.position(), this::tombstone);
        }
        return overlay;
    }

    Store store() {
        return store;
    }

    void commit() {
        state();
        try (Overlay sealed = overlay) {
            assertNotNull(sealed);
            Changes changes = sealed.seal();
            for (StoreBatch.Change change : changes.rows()) {
                if (change.row() != null) {
                    compacted.put(change.rowKey(), change.row());
                }
            }
            commits++;
            store.apply(changes.toBatch(null, "snapshot", LogPosition.of(commits)));
        }
        overlay = null;
        tombstones.clear();
        check();
    }

    /** Each row's tombstone must come once, for a row that is there. */
    private void tombstone(Bytes rowKey, Tombstone tombstone) {
        SnapshotRow row = store.find(rowKey);
        assertNotNull(row, () -> "a tombstone of what is not there: " + rowKey);
        assertTrue(tombstones.add(rowKey), () -> "a second tombstone of " + rowKey);
        assertEquals(RowKeys.kind(rowKey), tombstone.kind());
        assertEquals(ValueType.of(row), tombstone.type());
        compacted.remove(rowKey);
    }

    private void check() {
        Map<Bytes, SnapshotRow> rows = rows(store);
        assertEquals(rows, new TreeMap<>(compacted), "the store and the compacted partition");
        Tally tally = new Tally();
        rows.values().forEach(tally::add);
        assertEquals(tally.rows(), store.position().rows());
        assertEquals(tally.keys(), store.position().keys());
        assertEquals(tally.digest(), store.position().digest());
        assertEquals(commits, store.position().snapshot().offset());
    }

    static SortedMap<Bytes, SnapshotRow> rows(Rows from) {
        SortedMap<Bytes, SnapshotRow> rows = new TreeMap<>();
        try (RowCursor all = from.scan(Bytes.EMPTY, null)) {
            while (all.next()) {
                rows.put(all.rowKey(), all.row());
            }
        }
        return rows;
    }

    @Override
    public void close() {
        if (overlay != null) {
            overlay.close();
        }
    }
}
