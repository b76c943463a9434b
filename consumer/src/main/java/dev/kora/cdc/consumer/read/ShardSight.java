package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.Optional;

/**
 * One shard as one command sees it: a view of its store at one moment of the wall clock. Keys whose time to live has ended
 * by then are not there.
 */
record ShardSight(int shard, StoreView view, long nowMs) implements AutoCloseable {

    /** The key's row, if the key is there and alive. */
    Optional<SnapshotRow.Key> key(Bytes key) {
        return view.find(RowKeys.key(key)) instanceof SnapshotRow.Key row && isLive(row)
                ? Optional.of(row)
                : Optional.empty();
    }

    /** Whether a key is still alive; it dies in the very millisecond of its expiry. */
    boolean isLive(SnapshotRow.Key row) {
        return row.expiresAtMs() == SnapshotRow.NO_EXPIRY || row.expiresAtMs() > nowMs;
    }

    /** The number of live keys. Takes a step for each dead one that no entry has removed yet. */
    long liveKeys() {
        long dead = 0;
        try (RowCursor expired = view.scanExpiring(nowMs)) {
            while (expired.next()) {
                dead++;
            }
        }
        return view.position().keys() - dead;
    }

    @Override
    public void close() {
        view.close();
    }
}
