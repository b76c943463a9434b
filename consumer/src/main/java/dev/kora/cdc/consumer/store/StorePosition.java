package dev.kora.cdc.consumer.store;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/**
 * Where a store stands in both topics.
 *
 * @param checkpoint the checkpoint that its rows belong to; null in an empty store
 * @param snapshot position in the compacted partition just behind that checkpoint
 */
public record StorePosition(SnapshotRow.@Nullable Checkpoint checkpoint, LogPosition snapshot) {
    public static final StorePosition EMPTY = new StorePosition(null, LogPosition.of(0));
}
