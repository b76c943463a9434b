package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/**
 * How far a {@link SnapshotSink} has come in a compacted partition, and what it holds.
 *
 * @param checkpoint the checkpoint that the sink's rows are the state of; null while it is empty or on its way
 * @param topicId id of the compacted topic; empty in an empty sink
 * @param position behind the last record that was applied; just behind {@code checkpoint} where there is one
 * @param rows number of rows, without the checkpoint
 * @param digest sum of the row hashes of these rows
 */
public record SnapshotProgress(
        SnapshotRow.@Nullable Checkpoint checkpoint, String topicId, LogPosition position, long rows, long digest) {

    /** Where an empty sink stands. */
    public static final SnapshotProgress NONE = new SnapshotProgress(null, "", LogPosition.of(0), 0, 0);

    boolean holdsNothing() {
        return checkpoint == null && topicId.isEmpty();
    }
}
