package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Tombstone;

/** Takes the tombstones of a commit while it is being made. */
public interface TombstoneSink {

    /** Forgets them: for rows that come from the compacted partition itself. */
    TombstoneSink NONE = (rowKey, tombstone) -> {};

    /**
     * Takes the tombstone of a row that the base holds. A row under the same row key may yet be put by the same commit; it
     * is to be published behind all tombstones.
     */
    void tombstone(Bytes rowKey, Tombstone tombstone);
}
