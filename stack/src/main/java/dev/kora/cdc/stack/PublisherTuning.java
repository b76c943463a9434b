package dev.kora.cdc.stack;

import dev.kora.cdc.producer.PublisherConfig;
import java.time.Duration;

/**
 * What an operator may choose of a publisher; see {@link PublisherConfig}.
 *
 * @param appendTimeout how long a write waits for room, through the gateway as well
 */
public record PublisherTuning(int bufferBytes, Duration appendTimeout, Duration linger, Duration transactionTimeout) {
    static final PublisherTuning DEFAULT = of(PublisherConfig.of("any", 1));

    private static PublisherTuning of(PublisherConfig config) {
        return new PublisherTuning(
                config.bufferBytes(), config.appendTimeout(), config.linger(), config.transactionTimeout());
    }

    /** @param patience how long opening waits for Kafka */
    PublisherConfig config(String database, int shards, Duration patience) {
        PublisherConfig defaults = PublisherConfig.of(database, shards);
        return defaults.withBufferBytes(bufferBytes)
                .withTimeouts(appendTimeout, defaults.syncTimeout(), patience, defaults.closeTimeout())
                .withBatch(linger, defaults.batchRecords(), Math.min(defaults.batchBytes(), bufferBytes / 2))
                .withTransactionTimeout(transactionTimeout);
    }
}
