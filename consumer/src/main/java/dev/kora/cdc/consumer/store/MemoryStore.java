package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A store on the heap, for tests and small shards; closing it loses it.
 *
 * <p>A view shares the rows until the next batch, which then works on a copy.
 */
public final class MemoryStore implements Store {
    private Content content = new Content(new TreeMap<>(), new TreeSet<>(), StorePosition.EMPTY);
    private boolean shared;

    @Override
    public synchronized StorePosition position() {
        return content.position;
    }

    @Override
    public synchronized void apply(StoreBatch batch) {
        Content next = shared ? content.copy() : content;
        batch.ranges().forEach(next::delete);
        batch.changes().forEach(next::change);
        content = next.at(batch.position());
        shared = false;
    }

    @Override
    public synchronized void clear() {
        content = new Content(new TreeMap<>(), new TreeSet<>(), StorePosition.EMPTY);
        shared = false;
    }

    @Override
    public synchronized StoreView view() {
        shared = true;
        return new MemoryView(content);
    }

    @Override
    public synchronized @Nullable SnapshotRow find(Bytes rowKey) {
        return content.rows.get(rowKey);
    }

    @Override
    public synchronized RowCursor scan(Bytes from, @Nullable Bytes to) {
        return content.scan(from, to);
    }

    @Override
    public synchronized RowCursor scanExpiring(long atMs) {
        return content.scanExpiring(atMs);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    private record MemoryView(Content content) implements StoreView {
        @Override
        public StorePosition position() {
            return content.position;
        }

        @Override
        public @Nullable SnapshotRow find(Bytes rowKey) {
            return content.rows.get(rowKey);
        }

        @Override
        public RowCursor scan(Bytes from, @Nullable Bytes to) {
            return content.scan(from, to);
        }

        @Override
        public RowCursor scanExpiring(long atMs) {
            return content.scanExpiring(atMs);
        }

        @Override
        public void close() {}
    }

    /** The rows, the order in which their keys expire, and where they stand. */
    private record Content(TreeMap<Bytes, SnapshotRow> rows, TreeSet<Expiry> expiries, StorePosition position) {

        Content copy() {
            return new Content(new TreeMap<>(rows), new TreeSet<>(expiries), position);
        }

        Content at(StorePosition next) {
            return new Content(rows, expiries, next);
        }

        void delete(StoreBatch.Range range) {
            var doomed = rows.subMap(range.from(), range.to());
            doomed.forEach((rowKey, row) -> forgetExpiry(Expiry.of(rowKey, row)));
            doomed.clear();
        }

        void change(StoreBatch.Change change) {
            forgetExpiry(Expiry.at(change.formerExpiryMs(), change.rowKey()));
            if (change.row() == null) {
                rows.remove(change.rowKey());
                return;
            }
            rows.put(change.rowKey(), change.row());
            Expiry expiry = Expiry.of(change.rowKey(), change.row());
            if (expiry != null) {
                expiries.add(expiry);
            }
        }

        private void forgetExpiry(@Nullable Expiry expiry) {
            if (expiry != null) {
                expiries.remove(expiry);
            }
        }

        RowCursor scan(Bytes from, @Nullable Bytes to) {
            var range = to == null ? rows.tailMap(from, true) : rows.subMap(from, true, to, false);
            return new MemoryCursor(range.keySet().iterator(), rows);
        }

        RowCursor scanExpiring(long atMs) {
            Iterator<Bytes> rowKeys = expiries.stream()
                    .takeWhile(expiry -> expiry.atMs() <= atMs)
                    .map(Expiry::rowKey)
                    .iterator();
            return new MemoryCursor(rowKeys, rows);
        }
    }

    private static final class MemoryCursor implements RowCursor {
        private final Iterator<Bytes> rowKeys;
        private final Map<Bytes, SnapshotRow> rows;
        private Bytes rowKey = Bytes.EMPTY;

        MemoryCursor(Iterator<Bytes> rowKeys, Map<Bytes, SnapshotRow> rows) {
            this.rowKeys = rowKeys;
            this.rows = rows;
        }

        @Override
        public boolean next() {
            if (!rowKeys.hasNext()) {
                return false;
            }
            rowKey = rowKeys.next();
            return true;
        }

        @Override
        public Bytes rowKey() {
            return rowKey;
        }

        @Override
        public SnapshotRow row() {
            return Objects.requireNonNull(rows.get(rowKey), "the store changed under a cursor");
        }

        @Override
        public void close() {}
    }
}
