package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.schema.TopicNames;

/**
 * A database on a Kafka cluster, as the commands read it.
 *
 * @param database its name, which prefixes the topics
 * @param shards number of its shards
 * @param clusterId by which Kafka clusters are told apart
 * @param registry where the codecs ask for schemas; closed with the log
 */
record Cluster(Log log, String database, int shards, String clusterId, DatabaseCodecs codecs, RegistryClient registry)
        implements AutoCloseable {

    /** The WAL of a shard. */
    LogPartition wal(int shard) {
        return new LogPartition(TopicNames.wal(database), shard);
    }

    /** The compacted partition of a shard. */
    LogPartition snapshot(int shard) {
        return new LogPartition(TopicNames.snapshot(database), shard);
    }

    @Override
    public void close() {
        log.close();
        registry.close();
    }
}
