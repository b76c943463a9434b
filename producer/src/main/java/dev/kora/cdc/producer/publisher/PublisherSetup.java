package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.schema.TopicNames;
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
        return new LogPartition(topic(), shard);
    }

    String topic() {
        return TopicNames.wal(config.database());
    }

    String transactionalId() {
        return config.database() + "-wal";
    }
}
