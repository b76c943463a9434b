package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.store.StoreFactory;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What the owners of all shards work with.
 *
 * @param clock tells when a commit was made
 * @param nanoClock measures rests and intervals; never goes back
 */
record MaterializerSetup(
        MaterializerConfig config,
        Log log,
        WalEntryCodec walCodec,
        SnapshotRowCodec rowCodec,
        StoreFactory stores,
        InstantSource clock,
        LongSupplier nanoClock) {}
