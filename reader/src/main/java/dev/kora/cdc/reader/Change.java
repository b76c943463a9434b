package dev.kora.cdc.reader;

import dev.kora.cdc.schema.SnapshotRow;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber of a shard is told by {@link SnapshotThenWal}, in this order: RESET, rows, STATE COMPLETE, then entries; and
 * from RESET again where it has to start again.
 */
public sealed interface Change {

    /**
     * Where to go on once this change has had its effect. Saved together with that effect, in one transaction, each change counts
     * exactly once; saved after it, the last ones may come again after a crash. Never save it before.
     */
    SavedPosition after();

    /** Drop whatever was received of this shard: a state follows. It comes before every state, also before the first. */
    record Reset() implements Change {
        @Override
        public SavedPosition after() {
            return SavedPosition.NONE;
        }
    }

    /**
     * A piece of the state: rows to delete, and rows to set in place of those under the same row keys. What was received is a state
     * of the shard only when all its pieces have come; show it to nobody before.
     */
    record Rows(SnapshotPiece piece) implements Change {
        @Override
        public SavedPosition after() {
            return SavedPosition.NONE;
        }
    }

    /**
     * The rows received since the last RESET are the state of the shard at a checkpoint, and the entries behind it follow.
     *
     * @param checkpoint null where the shard has never been materialised: then there is no row, and its first entry follows
     */
    record StateComplete(SnapshotRow.@Nullable Checkpoint checkpoint, SavedPosition after) implements Change {}

    /** The next entry of the WAL; control ops are among them, so sequences have no holes. */
    record Entry(LoggedEntry logged, SavedPosition after) implements Change {}
}
