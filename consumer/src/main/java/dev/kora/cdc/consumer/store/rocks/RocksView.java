package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rocksdb.Snapshot;

/** A snapshot of RocksDB. It keeps the database open, and files that compaction has replaced on disk, until closed. */
final class RocksView implements StoreView {
    private final RocksDatabase database;
    private final Snapshot snapshot;
    private final RocksRows rows;
    private @Nullable StorePosition position;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RocksView(RocksDatabase database, Snapshot snapshot) {
        this.database = database;
        this.snapshot = snapshot;
        this.rows = new RocksRows(database, snapshot);
    }

    static RocksView open(RocksDatabase database) {
        database.retain();
        return new RocksView(database, database.snapshot());
    }

    /** Read when it is first asked for: most reads never ask. */
    @Override
    public synchronized StorePosition position() {
        if (position == null) {
            position = open().position();
        }
        return position;
    }

    @Override
    public @Nullable SnapshotRow find(Bytes rowKey) {
        return open().find(rowKey);
    }

    @Override
    public RowCursor scan(Bytes from, @Nullable Bytes to) {
        return open().scan(from, to);
    }

    @Override
    public RowCursor scanExpiring(long atMs) {
        return open().scanExpiring(atMs);
    }

    private RocksRows open() {
        if (closed.get()) {
            throw new IllegalStateException("the view is closed");
        }
        return rows;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            rows.close();
            database.release(snapshot);
            database.release();
        }
    }
}
