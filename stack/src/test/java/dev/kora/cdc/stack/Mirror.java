package dev.kora.cdc.stack;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.State;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.reader.Change;
import dev.kora.cdc.reader.SavedPosition;
import dev.kora.cdc.reader.ShardTopics;
import dev.kora.cdc.reader.SnapshotThenWal;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.Tombstone;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A subscriber in few lines: it mirrors a shard in memory. Its state and its saved position survive each reader. docs/reading.md shows
 * this very code.
 */
final class Mirror {
    private final MemoryStore store = new MemoryStore();
    private int resets;

    private byte[] saved = SavedPosition.NONE.toBytes();

    void follow(ShardTopics shard) {
        try (SnapshotThenWal reader = SnapshotThenWal.open(shard, SavedPosition.of(saved))) {
            while (!reader.caughtUp()) {
                for (Change change : reader.poll(Duration.ofSeconds(1))) {
                    take(change);
                }
            }
        }
    }

    void take(Change change) {
        switch (change) {
            case Change.Reset reset -> dropAll();
            case Change.Rows rows ->
                change(state -> {
                    rows.piece().deletions().forEach(key -> state.delete(key, Tombstone.Reason.DEL, 0));
                    rows.piece().puts().forEach(row -> state.put(RowKeys.of(row), row));
                });
            case Change.StateComplete complete -> {} // what is held may be shown from here on
            case Change.Entry entry -> change(state -> Fold.apply(entry.logged().entry(), state));
        }
        saved = change.after().toBytes(); // a database keeps it in the transaction of the change
    }

    private void dropAll() {
        store.clear();
        resets++;
    }

    private void change(Consumer<State> how) {
        try (Overlay overlay = new Overlay(store, store.position(), TombstoneSink.NONE)) {
            how.accept(overlay);
            store.apply(overlay.seal().toBatch(null, "", LogPosition.of(0)));
        }
    }

    /** Count and digest of what it holds. */
    StorePosition holds() {
        return store.position();
    }

    int resets() {
        return resets;
    }

    SavedPosition saved() {
        return SavedPosition.of(saved);
    }
}
