package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.store.StoreFactory;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the owners of all shards work with.
 *
 * @param clock tells when a commit was made
 * @param nanoClock measures rests and intervals; never goes back
 * @param truncations does what takes a truncation time: no shard waits for it
 * @param steps is told of each step just before it is done, on the thread that does it
 */
record MaterializerSetup(
        MaterializerConfig config,
        Log log,
        WalEntryCodec walCodec,
        SnapshotRowCodec rowCodec,
        StoreFactory stores,
        InstantSource clock,
        LongSupplier nanoClock,
        Executor truncations,
        Consumer<Step> steps) {

    /** For one thread that does everything itself, as a simulation does. */
    MaterializerSetup(
            MaterializerConfig config,
            Log log,
            WalEntryCodec walCodec,
            SnapshotRowCodec rowCodec,
            StoreFactory stores,
            InstantSource clock,
            LongSupplier nanoClock) {
        this(config, log, walCodec, rowCodec, stores, clock, nanoClock, Runnable::run, step -> {});
    }
}
