package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What a publisher works with.
 *
 * @param clock gives entries their time
 * @param nanoClock measures rests and time-outs; never goes back
 */
record PublisherSetup(PublisherConfig config, WalEntryCodec codec, InstantSource clock, LongSupplier nanoClock) {

    LogPartition partition(int shard) {
        return new LogPartition(config.database() + ".wal", shard);
    }

    String topic() {
        return partition(0).topic();
    }

    String transactionalId() {
        return config.database() + "-wal";
    }
}
