package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.WalTail;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.stack.WalState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Holds a database that nobody writes to, and that no other process materialises, to what is promised of it, whatever was done to it
 * before: a materialiser brings the stores up to the end of the WAL, and then they, the compacted partitions and the digests are what an
 * independent fold of the log says.
 */
final class FinalState {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private FinalState() {}

    /**
     * Checks it.
     *
     * @param instance whose stores stand in the directory, or who is to build them
     */
    static void check(Log log, String database, int shards, String instance, Path stores) {
        try (RocksResources resources = new RocksResources(32 << 20, 8 << 20);
                Materializer materializer = Materializer.open(
                        MaterializerConfig.of(database, shards, instance),
                        log,
                        WalState.CODEC,
                        WalState.ROW_CODEC,
                        new RocksStores(stores, resources),
                        InstantSource.system())) {
            IntStream.range(0, shards).forEach(shard -> awaitDrained(log, database, materializer, shard));
            for (int shard = 0; shard < shards; shard++) {
                var served = assertInstanceOf(ShardAccess.Served.class, materializer.access(shard));
                WalState.check(log, database, shard, served.views());
            }
        }
    }

    private static void awaitDrained(Log log, String database, Materializer materializer, int shard) {
        LogPartition wal = new LogPartition(TopicNames.wal(database), shard);
        long last = new WalTail(log, WalState.CODEC)
                .find(wal)
                .orElseThrow(() -> new AssertionError(wal + " is empty"))
                .entry()
                .sequence();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            ShardStatus.Progress progress = materializer.status(shard).progress();
            return progress != null
                    && progress.sequence() == last
                    && materializer.access(shard) instanceof ShardAccess.Served;
        });
    }
}
