package dev.kora.cdc.reader;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import java.util.OptionalLong;

/**
 * Where a bootstrap puts the rows of a shard: a store, a table, a map.
 *
 * <p>Between two pieces a sink may hold rows that are no state of the shard; it does exactly while {@link #progress()} has
 * no checkpoint, and should not be shown to anyone then. Called on the thread that steps the bootstrap.
 */
public interface SnapshotSink {

    /** Where the sink stands, as of the last piece; {@link SnapshotProgress#NONE} when empty. */
    SnapshotProgress progress();

    /**
     * The {@link Digest} hash of the row that the sink holds under a row key; empty where it holds none. A sink that does
     * not keep rows keeps these hashes.
     */
    OptionalLong hash(Bytes rowKey);

    /** Applies a piece and its progress, whole or not at all. */
    void apply(SnapshotPiece piece);

    /** Empties the sink, progress included. */
    void clear();
}
