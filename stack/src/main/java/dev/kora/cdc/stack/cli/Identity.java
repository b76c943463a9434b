package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.Count;

/**
 * What tells a database from every other one.
 *
 * @param database its name
 * @param shards number of its shards
 * @param clusterId of the Kafka cluster that holds its topics
 */
record Identity(String database, int shards, String clusterId) {
    @Override
    public String toString() {
        return "%s of the Kafka cluster %s with %s".formatted(database, clusterId, Count.of(shards, "shard"));
    }
}
