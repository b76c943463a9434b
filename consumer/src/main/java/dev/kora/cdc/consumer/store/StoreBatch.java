package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One commit's change of a store, applied whole or not at all: first the ranges go, then the single changes are made.
 *
 * @param ranges row-key ranges to delete
 * @param changes what becomes of single rows, at most one change of a row key
 * @param position where the store stands afterwards
 */
public record StoreBatch(List<Range> ranges, List<Change> changes, StorePosition position) {

    /** Row keys from {@code from} (included) to {@code to} (left out). */
    public record Range(Bytes from, Bytes to) {}

    /**
     * What becomes of one row.
     *
     * @param rowKey the row's key
     * @param row the row from now on, or null where it is deleted
     * @param formerExpiryMs the expiry time of the KEY row that the store holds under this row key and that no range of the
     *     batch deletes; {@link SnapshotRow#NO_EXPIRY} where there is none. A store finds its expiry index by it
     */
    public record Change(Bytes rowKey, @Nullable SnapshotRow row, long formerExpiryMs) {}
}
