package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Takes itself off the count of open views when it is closed. */
record CountedView(StoreView view, AtomicInteger open) implements StoreView {
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
        return view.scan(from, to);
    }

    @Override
    public RowCursor scanExpiring(long atMs) {
        return view.scanExpiring(atMs);
    }

    @Override
    public void close() {
        open.decrementAndGet();
        view.close();
    }
}
