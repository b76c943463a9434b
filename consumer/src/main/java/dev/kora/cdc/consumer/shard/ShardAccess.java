package dev.kora.cdc.consumer.shard;

import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.CdcException;

/** How the state of a shard can be read: through a view of its store, or why not. */
public sealed interface ShardAccess {

    /** The store holds the state at a checkpoint of the shard and may be read. */
    record Served(Views views) implements ShardAccess {}

    /** Another process owns the shard. */
    record Elsewhere() implements ShardAccess {}

    /**
     * This process owns the shard but its store is not at a checkpoint yet; waiting helps.
     *
     * @param doing what is under way, as the end of a sentence: "reading the snapshot topic, 120,000 rows so far"
     */
    record Starting(String doing) implements ShardAccess {}

    /**
     * The shard stopped at something that it could not apply; an operator has to act.
     *
     * @param reason one sentence with topic, partition, offset and the next step
     */
    record Halted(String reason) implements ShardAccess {}

    /** Where views of one shard's store are opened. Thread-safe. */
    @FunctionalInterface
    interface Views {

        /**
         * Opens a view, to be closed by the caller.
         *
         * @throws CdcException.Unavailable the shard was given up since the access was asked for
         */
        StoreView open();
    }
}
