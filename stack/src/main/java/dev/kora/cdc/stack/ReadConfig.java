package dev.kora.cdc.stack;

import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the read side of a database runs.
 *
 * @param instance names this process in the consumer group, across its restarts
 * @param stores directory of the stores
 * @param tuning what an operator has chosen of it
 * @param endpoint where it listens
 * @param respPort of the reads
 */
record ReadConfig(String instance, Path stores, Tuning tuning, Endpoint endpoint, int respPort) {

    /**
     * What an operator may choose of a materialiser and its stores; see {@link MaterializerConfig}.
     *
     * @param cacheBytes RocksDB's cache of blocks, for all shards together
     * @param writeBufferBytes RocksDB's memory for rows that are not on the disk yet, likewise
     */
    record Tuning(Duration commitInterval, int commitRows, long cacheBytes, long writeBufferBytes) {
        static final Tuning DEFAULT = new Tuning(Duration.ofMillis(50), 50_000, 128L << 20, 64L << 20);
    }

    MaterializerConfig materializer(OpenDatabase database) {
        MaterializerConfig defaults = MaterializerConfig.of(database.database(), database.shards(), instance);
        return defaults.withBatch(tuning.commitInterval(), tuning.commitRows(), defaults.batchBytes());
    }
}
