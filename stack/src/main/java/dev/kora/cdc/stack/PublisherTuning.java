package dev.kora.cdc.stack;

import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
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

    /**
     * The publisher's configuration.
     *
     * @param patience how long opening waits for Kafka
     * @throws CdcException.Invalid the buffer is too small for so many shards
     */
    PublisherConfig config(String database, int shards, Duration patience) {
        long least = PublisherConfig.leastBufferBytes(shards);
        if (bufferBytes < least) {
            throw new CdcException.Invalid(
                    "publisher.buffer is %dKiB, and the %s of database %s need %dKiB at least: enlarge it (--publisher-buffer)"
                            .formatted(bufferBytes / 1024, Count.of(shards, "shard"), database, least / 1024));
        }
        PublisherConfig defaults = PublisherConfig.of(database, shards);
        return defaults.withBufferBytes(bufferBytes)
                .withTimeouts(appendTimeout, defaults.syncTimeout(), patience, defaults.closeTimeout())
                .withBatch(linger, defaults.batchRecords(), Math.min(defaults.batchBytes(), bufferBytes / 2))
                .withTransactionTimeout(transactionTimeout);
    }
}
