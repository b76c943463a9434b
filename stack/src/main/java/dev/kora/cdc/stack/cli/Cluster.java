package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.schema.TopicNames;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * A database on a Kafka cluster, as the commands read it.
 *
 * @param identity which one it is
 * @param registry where the codecs ask for schemas; closed with the log
 */
record Cluster(Log log, Identity identity, DatabaseCodecs codecs, RegistryClient registry) implements AutoCloseable {

    /** Its name, which its topics begin with. */
    String database() {
        return identity.database();
    }

    /** Number of its shards. */
    int shards() {
        return identity.shards();
    }

    /** @throws ParameterException of this command: there is no such shard */
    void requireShard(int shard, CommandSpec command) {
        if (shard < 0 || shard >= shards()) {
            throw new ParameterException(
                    command.commandLine(),
                    "there is no shard %d in database %s, whose shards are 0 to %d: mend --shard"
                            .formatted(shard, database(), shards() - 1));
        }
    }

    /** The WAL of a shard. */
    LogPartition wal(int shard) {
        return new LogPartition(TopicNames.wal(database()), shard);
    }

    /** The compacted partition of a shard. */
    LogPartition snapshot(int shard) {
        return new LogPartition(TopicNames.snapshot(database()), shard);
    }

    @Override
    public void close() {
        log.close();
        registry.close();
    }
}
