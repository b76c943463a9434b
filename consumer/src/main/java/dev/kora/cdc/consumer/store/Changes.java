package dev.kora.cdc.consumer.store;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a commit changes, and what the shard holds afterwards.
 *
 * @param ranges row-key ranges whose rows in the base are gone, in order; their tombstones have been handed over
 * @param rows changes of single rows in the order of their row keys; the tombstones of the deleted ones have been handed
 *     over, the others are to be published behind all tombstones
 * @param tally of all rows afterwards
 */
public record Changes(List<StoreBatch.Range> ranges, List<StoreBatch.Change> rows, Tally tally) {

    /** The batch that takes the base to these changes, as the state at a checkpoint. */
    public StoreBatch toBatch(
            SnapshotRow.@Nullable Checkpoint checkpoint, String snapshotTopicId, LogPosition snapshot) {
        StorePosition position =
                new StorePosition(checkpoint, snapshotTopicId, snapshot, tally.rows(), tally.keys(), tally.digest());
        return new StoreBatch(ranges, rows, position);
    }
}
