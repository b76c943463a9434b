package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.CdcException;

/** Opens the stores of a database's shards. Thread-safe. */
@FunctionalInterface
public interface StoreFactory {

    /**
     * Opens the store of a shard, as it was left; an empty one where there is none. Whoever opened it closes it.
     *
     * @throws CdcException.Unavailable a former user has not let go of it yet: try again
     * @throws CdcException.Invalid it cannot be opened for a reason outside of it, such as a read-only disk
     * @throws CdcException.Corrupt what is there is no store, or one of another version
     */
    Store open(int shard);
}
