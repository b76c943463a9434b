package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntryCodec;
import java.util.function.LongSupplier;

/**
 * Where the log and the state of one shard are read.
 *
 * @param log reaches both partitions; whoever opened it closes it, after all readers
 * @param wal the shard's partition of the WAL
 * @param snapshot the shard's compacted partition
 * @param nanoClock measures intervals, in nanoseconds; never goes back
 */
public record ShardTopics(
        Log log,
        LogPartition wal,
        LogPartition snapshot,
        WalEntryCodec walCodec,
        SnapshotRowCodec rowCodec,
        LongSupplier nanoClock) {

    /** Those of a shard of a database, with the system's clock. */
    public static ShardTopics of(Log log, DatabaseCodecs codecs, String database, int shard) {
        return new ShardTopics(
                log,
                new LogPartition(TopicNames.wal(database), shard),
                new LogPartition(TopicNames.snapshot(database), shard),
                codecs.wal(),
                codecs.snapshot(),
                System::nanoTime);
    }

    /** The shard's number. */
    public int shard() {
        return wal.partition();
    }
}
