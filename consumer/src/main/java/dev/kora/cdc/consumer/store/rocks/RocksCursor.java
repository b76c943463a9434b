package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A cursor over rows, or over the keys that the expiry index names. */
final class RocksCursor implements RowCursor {
    private final RocksRows rows;
    private final boolean overExpiries;
    private final byte[] from;
    private final Slice upperBound;
    private final ReadOptions readOptions;
    private final RocksIterator iterator;
    private Bytes rowKey = Bytes.EMPTY;
    private boolean begun;
    private boolean closed;

    RocksCursor(RocksRows rows, byte[] from, byte[] to, boolean overExpiries) {
        this.rows = rows;
        this.from = from;
        this.overExpiries = overExpiries;
        RocksDatabase database = rows.database().retain();
        this.upperBound = new Slice(to);
        this.readOptions = rows.newReadOptions().setIterateUpperBound(upperBound);
        this.iterator = database.iterator(readOptions);
    }

    @Override
    public boolean next() {
        if (!begun) {
            iterator.seek(from);
            begun = true;
        } else if (iterator.isValid()) { // behind its end, a step would be one out of the process
            iterator.next();
        }
        if (!iterator.isValid()) {
            rows.database().check(iterator);
            return false;
        }
        byte[] key = iterator.key();
        rowKey = overExpiries ? LocalKeys.rowKeyOfExpiry(key) : Bytes.of(key);
        return true;
    }

    @Override
    public Bytes rowKey() {
        return rowKey;
    }

    @Override
    public SnapshotRow row() {
        if (!overExpiries) {
            return rows.decode(rowKey, iterator.value());
        }
        SnapshotRow row = rows.find(rowKey);
        if (row == null) {
            throw new CdcException.Corrupt("the expiry index of the store in %s names %s, which is not there; %s"
                    .formatted(rows.database().directory(), rowKey, RocksErrors.REBUILD));
        }
        return row;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            iterator.close();
            readOptions.close();
            upperBound.close();
            rows.database().release();
        }
    }
}
