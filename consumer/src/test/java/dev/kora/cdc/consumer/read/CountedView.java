package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts itself and its cursors among what is open, until they are closed. */
record CountedView(StoreView view, AtomicInteger open) implements StoreView {

    CountedView {
        open.incrementAndGet();
    }

    private record CountedCursor(RowCursor cursor, AtomicInteger open) implements RowCursor {

        CountedCursor {
            open.incrementAndGet();
        }

        @Override
        public boolean next() {
            return cursor.next();
        }

        @Override
        public Bytes rowKey() {
            return cursor.rowKey();
        }

        @Override
        public SnapshotRow row() {
            return cursor.row();
        }

        @Override
        public void close() {
            open.decrementAndGet();
            cursor.close();
        }
    }

    @Override
    public StorePosition position() {
        return view.position();
    }

    @Override
    public @Nullable SnapshotRow find(Bytes rowKey) {
        return view.find(rowKey);
    }

    @Override
    public RowCursor scan(Bytes from, @Nullable Bytes to) {
        return new CountedCursor(view.scan(from, to), open);
    }

    @Override
    public RowCursor scanExpiring(long atMs) {
        return new CountedCursor(view.scanExpiring(atMs), open);
    }

    @Override
    public void close() {
        open.decrementAndGet();
        view.close();
    }
}
