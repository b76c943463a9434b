package dev.kora.cdc.stack;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.util.OptionalInt;

/**
 * A database whose topics are there and safe and whose schemas are registered: what the write side and the read side stand on.
 *
 * @param database its name
 * @param shards number of its shards
 * @param log reaches its topics
 * @param codecs of its topics
 * @param metrics of this process
 */
record OpenDatabase(String database, int shards, Log log, DatabaseCodecs codecs, Metrics metrics) {

    /**
     * Creates what is missing and checks what is there.
     *
     * @param parts takes over what has to be closed
     */
    static OpenDatabase open(
            DatabaseFile file, KafkaSettings kafka, RegistrySettings registry, TopicLayout layout, OpenParts parts) {
        String database = file.database();
        try (DatabaseTopics topics = DatabaseTopics.open(kafka, database)) {
            topics.ensure(file.shards(), layout);
            topics.check(OptionalInt.of(file.shards()));
        }
        RegistryClient schemas = parts.add(RegistryClient.open(registry));
        DatabaseCodecs codecs = DatabaseCodecs.register(schemas, database);
        Metrics metrics = parts.add(Metrics.open(database));
        Log log = parts.add(KafkaLog.open(kafka));
        return new OpenDatabase(database, file.shards(), log, codecs, metrics);
    }
}
