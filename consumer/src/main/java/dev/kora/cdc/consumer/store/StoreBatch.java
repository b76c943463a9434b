package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.List;

/**
 * One commit's change of a store, applied whole or not at all: first the ranges go, then the deletions, then the rows come.
 *
 * @param ranges row-key ranges to delete
 * @param deletions row keys to delete
 * @param puts rows to set, replacing those under the same row key
 * @param position where the store stands afterwards
 */
public record StoreBatch(List<Range> ranges, List<Bytes> deletions, List<SnapshotRow> puts, StorePosition position) {

    /** Row keys from {@code from} (included) to {@code to} (left out). */
    public record Range(Bytes from, Bytes to) {}
}
