package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;

/**
 * Goes through rows in order. It stands before the first row at the start. Not thread-safe; whoever opened it closes it, and
 * before the view or the store that it comes from.
 */
public interface RowCursor extends AutoCloseable {

    /** Steps to the next row; false behind the last. */
    boolean next();

    Bytes rowKey();

    SnapshotRow row();

    @Override
    void close();
}
