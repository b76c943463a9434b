package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Rows;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowFormat;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** The rows in a database, as of now or as of a snapshot. */
final class RocksRows implements Rows {
    private final RocksDatabase database;
    private final @Nullable Snapshot snapshot;
    private final ReadOptions readOptions;

    /**
     * @param database is to stay open until {@link #close()}
     * @param snapshot whose rows are read, or null for the newest
     */
    RocksRows(RocksDatabase database, @Nullable Snapshot snapshot) {
        this.database = database;
        this.snapshot = snapshot;
        this.readOptions = newReadOptions();
    }

    ReadOptions newReadOptions() {
        ReadOptions options = new ReadOptions();
        return snapshot == null ? options : options.setSnapshot(snapshot);
    }

    /** For reading without bounds; not to be closed. */
    ReadOptions readOptions() {
        return readOptions;
    }

    RocksDatabase database() {
        return database;
    }

    StorePosition position() {
        byte[] bytes = database.get(readOptions, LocalKeys.POSITION);
        return bytes == null ? StorePosition.EMPTY : PositionFormat.decode(bytes);
    }

    byte @Nullable [] get(byte[] key) {
        return database.get(readOptions, key);
    }

    @Override
    public @Nullable SnapshotRow find(Bytes rowKey) {
        byte[] bytes = database.get(readOptions, rowKey.array());
        return bytes == null ? null : decode(rowKey, bytes);
    }

    @Override
    public RowCursor scan(Bytes from, @Nullable Bytes to) {
        byte[] lower = from.isEmpty() ? LocalKeys.ROWS : from.array();
        byte[] upper = to == null ? LocalKeys.ROWS_END : to.array();
        return new RocksCursor(this, lower, upper, false);
    }

    @Override
    public RowCursor scanExpiring(long atMs) {
        return scanExpiring(LocalKeys.EXPIRIES, atMs);
    }

    /** The expiring keys from a key of the expiry index on. */
    RowCursor scanExpiring(byte[] from, long atMs) {
        return new RocksCursor(this, from, LocalKeys.expiriesEnd(atMs), true);
    }

    SnapshotRow decode(Bytes rowKey, byte[] bytes) {
        try {
            return RowFormat.decode(rowKey, bytes);
        } catch (CdcException.Corrupt e) {
            throw new CdcException.Corrupt(
                    "the store in %s holds bytes under %s that are no row: %s; %s"
                            .formatted(database.directory(), rowKey, e.getMessage(), RocksErrors.REBUILD),
                    e);
        }
    }

    void close() {
        readOptions.close();
    }
}
