package dev.kora.cdc.consumer.store;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/**
 * Where a store stands in both topics, and what it holds. Kept in the same batch as the rows.
 *
 * <p>A store that is being built from the compacted partition has no checkpoint: its rows are no state yet, and nobody may
 * be shown them. It can go on from {@code snapshot} after a crash all the same, since its row count and digest are known.
 *
 * @param checkpoint the checkpoint that the rows belong to; null in a store that is empty or being built
 * @param snapshotTopicId id of the compacted topic that the rows came from; empty in an empty store
 * @param snapshot position in the compacted partition: what stands before it has been applied. Just behind {@code
 *     checkpoint} where there is one
 * @param rows number of rows that the store holds, without the checkpoint
 * @param keys number of KEY rows among them, those included whose time to live has ended and that are not yet removed
 * @param digest sum of the row hashes of these rows
 */
public record StorePosition(
        SnapshotRow.@Nullable Checkpoint checkpoint,
        String snapshotTopicId,
        LogPosition snapshot,
        long rows,
        long keys,
        long digest) {
    public static final StorePosition EMPTY = new StorePosition(null, "", LogPosition.of(0), 0, 0, 0);
}
