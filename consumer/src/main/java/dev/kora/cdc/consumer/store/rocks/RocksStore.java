package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.Expiry;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowFormat;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * A store in one RocksDB database, in one directory, which it locks.
 *
 * <p><b>Durability.</b> RocksDB's own log is off. A batch with its position is one write into the one column family, so
 * after a crash the store stands at an earlier commit, whole; {@link #flush()} and {@link #close()} move that commit up.
 *
 * <p><b>Expiry index.</b> Beside the rows, under a prefix of its own, stands an entry (expiry, row key) for every key that
 * expires. Removed entries leave marks at its beginning that RocksDB must step over until it has compacted them, so the
 * store remembers before which entry there is none.
 *
 * <p><b>Closing</b> waits for nobody: views and cursors that are still open keep the files until they are closed.
 */
public final class RocksStore implements Store {
    /** What stands under {@link LocalKeys#FORMAT}; the number at its end is the version. */
    private static final Bytes FORMAT = Bytes.utf8("kora-cdc store 1");

    private final RocksDatabase database;
    private final RocksRows rows;
    private volatile StorePosition position;
    private byte[] firstExpiry = LocalKeys.EXPIRIES;
    private boolean closed;

    private RocksStore(RocksDatabase database, RocksRows rows) {
        this.database = database;
        this.rows = rows;
        checkFormat();
        this.position = rows.position();
    }

    /**
     * Opens the store in a directory, which is created where it is missing.
     *
     * @throws CdcException.Unavailable somebody else still has the store open
     * @throws CdcException.Invalid the directory cannot be written
     * @throws CdcException.Corrupt what is there is no store, or one of another version
     */
    public static RocksStore open(Path directory, RocksResources resources) {
        RocksDatabase database = RocksDatabase.open(directory, resources);
        RocksRows rows = new RocksRows(database, null);
        try {
            return new RocksStore(database, rows);
        } catch (RuntimeException e) {
            rows.close();
            database.release();
            throw e;
        }
    }

    @Override
    public StorePosition position() {
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
        try (RocksIterator iterator = database.iterator(open().readOptions())) {
            iterator.seek(firstExpiry);
            database.check(iterator);
            boolean any = iterator.isValid() && Arrays.compareUnsigned(iterator.key(), LocalKeys.EXPIRIES_END) < 0;
            firstExpiry = any ? iterator.key() : LocalKeys.EXPIRIES_END;
        }
        return rows.scanExpiring(firstExpiry, atMs);
    }

    @Override
    public void apply(StoreBatch batch) {
        open();
        try (WriteBatch into = new WriteBatch()) {
            for (StoreBatch.Range range : batch.ranges()) {
                deleteRange(range, into);
            }
            for (StoreBatch.Change change : batch.changes()) {
                putChange(change, into);
            }
            into.put(LocalKeys.POSITION, PositionFormat.encode(batch.position()));
            database.write(into);
        } catch (RocksDBException e) {
            throw RocksErrors.of("make a batch", database.directory(), e);
        }
        position = batch.position();
    }

    @Override
    public void clear() {
        open();
        try (WriteBatch into = new WriteBatch()) {
            into.deleteRange(LocalKeys.ALL, LocalKeys.ROWS_END);
            into.put(LocalKeys.FORMAT, FORMAT.array());
            database.write(into);
        } catch (RocksDBException e) {
            throw RocksErrors.of("empty the store", database.directory(), e);
        }
        position = StorePosition.EMPTY;
    }

    @Override
    public StoreView view() {
        return RocksView.open(database);
    }

    @Override
    public void flush() {
        open();
        database.flush();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                database.flush();
            } finally {
                rows.close();
                database.release();
            }
        }
    }

    private RocksRows open() {
        if (closed) {
            throw new IllegalStateException("the store in " + database.directory() + " is closed");
        }
        return rows;
    }

    private void checkFormat() {
        byte[] found = rows.get(LocalKeys.FORMAT);
        if (found == null && isEmpty()) {
            clear();
        } else if (found == null) {
            throw new CdcException.Corrupt(
                    "the directory %s holds another program's RocksDB database; give another path"
                            .formatted(database.directory()));
        } else if (!FORMAT.equals(Bytes.of(found))) {
            throw new CdcException.Corrupt("the directory %s holds '%s', this program reads '%s'; %s"
                    .formatted(database.directory(), Bytes.of(found), FORMAT, RocksErrors.REBUILD));
        }
    }

    private boolean isEmpty() {
        try (RocksIterator iterator = database.iterator(rows.readOptions())) {
            iterator.seekToFirst();
            database.check(iterator);
            return !iterator.isValid();
        }
    }

    private void deleteRange(StoreBatch.Range range, WriteBatch into) throws RocksDBException {
        deleteExpiries(range, into);
        into.deleteRange(range.from().array(), range.to().array());
    }

    private void deleteExpiries(StoreBatch.Range range, WriteBatch into) throws RocksDBException {
        Bytes keys = RowKeys.all(RowKind.KEY);
        Bytes keysEnd = RowKeys.end(keys);
        if (range.to().compareTo(keys) <= 0 || range.from().compareTo(keysEnd) >= 0) {
            return;
        }
        if (range.from().compareTo(keys) <= 0 && range.to().compareTo(keysEnd) >= 0) {
            into.deleteRange(LocalKeys.EXPIRIES, LocalKeys.EXPIRIES_END);
            return;
        }
        Bytes from = range.from().compareTo(keys) > 0 ? range.from() : keys;
        Bytes to = range.to().compareTo(keysEnd) < 0 ? range.to() : keysEnd;
        try (RowCursor doomed = rows.scan(from, to)) {
            while (doomed.next()) {
                Expiry expiry = Expiry.of(doomed.rowKey(), doomed.row());
                if (expiry != null) {
                    into.delete(LocalKeys.expiry(expiry));
                }
            }
        }
    }

    private void putChange(StoreBatch.Change change, WriteBatch into) throws RocksDBException {
        Bytes rowKey = change.rowKey();
        SnapshotRow row = change.row();
        if (row == null) {
            into.delete(rowKey.array());
        } else {
            into.put(rowKey.array(), RowFormat.encode(row));
        }
        Expiry former = Expiry.at(change.formerExpiryMs(), rowKey);
        Expiry next = Expiry.of(rowKey, row);
        if (former != null && !former.equals(next)) {
            into.delete(LocalKeys.expiry(former));
        }
        if (next != null && !next.equals(former)) {
            putExpiry(LocalKeys.expiry(next), into);
        }
    }

    private void putExpiry(byte[] key, WriteBatch into) throws RocksDBException {
        into.put(key, new byte[0]);
        if (Arrays.compareUnsigned(key, firstExpiry) < 0) {
            firstExpiry = key;
        }
    }
}
