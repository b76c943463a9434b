package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Rows;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The disk under a shard's store: it outlives the store's users, falls back to an earlier batch, and can be made to fail. */
final class CrashingStore implements Rows {
    /** Everything done to it so far; an empty one is a clearing. */
    private final List<Optional<StoreBatch>> history = new ArrayList<>();

    private MemoryStore rows = new MemoryStore();
    private int durable;
    private int flushes;
    private @Nullable Handle user;
    private @Nullable CdcException failure;
    private @Nullable CdcException readFailure;
    private int readsToFailure;

    /** Opens the store, as an owner's factory does. */
    Store open() {
        if (user != null) {
            throw new CdcException.Unavailable("the store has another user", null);
        }
        user = new Handle();
        return user;
    }

    /** Loses the latest changes, but none that was flushed; whoever had it open is dead. */
    void crash(int changes) {
        int kept = Math.max(durable, history.size() - changes);
        history.subList(kept, history.size()).clear();
        rows = new MemoryStore();
        history.forEach(change -> change.ifPresentOrElse(rows::apply, rows::clear));
        user = null;
    }

    /** The disk of another machine, which has what was there before the latest changes. */
    CrashingStore fork(int changes) {
        CrashingStore other = new CrashingStore();
        other.history.addAll(history);
        other.crash(changes);
        return other;
    }

    /** Loses everything, flushed or not: the disk was replaced. */
    void lose() {
        durable = 0;
        crash(history.size());
    }

    /** Lets the next batch fail. */
    void failNext(CdcException e) {
        failure = e;
    }

    /** Lets the read after {@code reads} more fail. */
    void failRead(int reads, CdcException e) {
        readsToFailure = reads;
        readFailure = e;
    }

    private void checkRead() {
        CdcException e = readFailure;
        if (e != null && readsToFailure-- == 0) {
            readFailure = null;
            throw e;
        }
    }

    boolean isOpen() {
        return user != null;
    }

    int flushes() {
        return flushes;
    }

    StorePosition position() {
        return rows.position();
    }

    @Override
    public @Nullable SnapshotRow find(Bytes rowKey) {
        return rows.find(rowKey);
    }

    @Override
    public RowCursor scan(Bytes from, @Nullable Bytes to) {
        return rows.scan(from, to);
    }

    @Override
    public RowCursor scanExpiring(long atMs) {
        return rows.scanExpiring(atMs);
    }

    /** One user's hold of the store. */
    private final class Handle implements Store {
        private Store mine() {
            if (user != this) {
                throw new IllegalStateException("this user of the store is dead, or has closed it");
            }
            return rows;
        }

        @Override
        public StorePosition position() {
            return mine().position();
        }

        @Override
        public void apply(StoreBatch batch) {
            CdcException e = failure;
            failure = null;
            if (e != null) {
                throw e;
            }
            mine().apply(batch);
            history.add(Optional.of(batch));
        }

        @Override
        public void clear() {
            mine().clear();
            history.add(Optional.empty());
        }

        @Override
        public StoreView view() {
            return mine().view();
        }

        @Override
        public void flush() {
            mine().flush();
            durable = history.size();
            flushes++;
        }

        @Override
        public void close() {
            if (user == this) {
                flush();
                user = null;
            }
        }

        @Override
        public @Nullable SnapshotRow find(Bytes rowKey) {
            checkRead();
            return mine().find(rowKey);
        }

        @Override
        public RowCursor scan(Bytes from, @Nullable Bytes to) {
            return mine().scan(from, to);
        }

        @Override
        public RowCursor scanExpiring(long atMs) {
            return mine().scanExpiring(atMs);
        }
    }
}
