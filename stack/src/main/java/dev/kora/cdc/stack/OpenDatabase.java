package dev.kora.cdc.stack;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.topics.DatabaseTopics;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * A database whose topics are there and safe and whose schemas are registered: what the write side and the read side stand on.
 *
 * @param database its name
 * @param shards number of its shards
 * @param clusterId by which Kafka clusters are told apart
 * @param log reaches its topics
 * @param codecs of its topics
 * @param metrics of this process
 */
record OpenDatabase(String database, int shards, String clusterId, Log log, DatabaseCodecs codecs, Metrics metrics) {

    /** What is known of the topics. */
    private record Topics(int shards, String clusterId) {}

    /**
     * For a process that writes entries: creates what is missing, as far as it may, and checks what is there. Schemas come before
     * topics, so whoever sees the topics finds the schemas.
     *
     * @param parts takes over what has to be closed
     */
    static OpenDatabase create(DatabaseAccess access, TopicPlan plan, Progress progress, OpenParts parts) {
        Patience patience = new Patience(access.patience(), progress, parts::isClosed);
        DatabaseCodecs codecs = codecs(access, patience, parts);
        return open(access, topics(access, plan::carryOut, patience), codecs, parts);
    }

    /**
     * For a process that follows: waits until the topics are there, and checks them.
     *
     * @param parts takes over what has to be closed
     */
    static OpenDatabase find(DatabaseAccess access, Progress progress, OpenParts parts) {
        Patience patience = new Patience(access.patience(), progress, parts::isClosed);
        Topics topics = topics(access, found -> checked(found, access), patience);
        return open(access, topics, codecs(access, patience, parts), parts);
    }

    private static int checked(DatabaseTopics topics, DatabaseAccess access) {
        OptionalInt shards = topics.findShards();
        if (shards.isEmpty()) {
            throw new CdcException.Unavailable(
                    "there are no topics %s and %s at %s: \"kora-cdc produce\" creates them"
                            .formatted(
                                    TopicNames.wal(access.database()),
                                    TopicNames.snapshot(access.database()),
                                    access.kafka().bootstrapServers()),
                    null);
        }
        topics.check(shards);
        return shards.getAsInt();
    }

    private static Topics topics(DatabaseAccess access, ToIntFunction<DatabaseTopics> shards, Patience patience) {
        return patience.ask(() -> {
            Listening.require(access.kafka().bootstrapServers(), access.named().kafka());
            try (DatabaseTopics topics = DatabaseTopics.open(access.kafka(), access.database())) {
                return new Topics(shards.applyAsInt(topics), topics.clusterId());
            }
        });
    }

    private static DatabaseCodecs codecs(DatabaseAccess access, Patience patience, OpenParts parts) {
        RegistryClient registry = parts.add(RegistryClient.open(access.registry()));
        return patience.ask(() -> codecs(access, registry));
    }

    private static DatabaseCodecs codecs(DatabaseAccess access, RegistryClient registry) {
        try {
            return access.registersSchemas()
                    ? DatabaseCodecs.register(registry, access.database())
                    : DatabaseCodecs.lookup(registry, access.database());
        } catch (CdcException.Unavailable e) {
            throw new CdcException.Unavailable(
                    "%s (%s)".formatted(e.getMessage(), access.named().registry()), e);
        }
    }

    private static OpenDatabase open(DatabaseAccess access, Topics topics, DatabaseCodecs codecs, OpenParts parts) {
        Metrics metrics = parts.add(Metrics.open(access.database()));
        Log log = parts.add(KafkaLog.open(access.kafka()));
        return new OpenDatabase(access.database(), topics.shards, topics.clusterId, log, codecs, metrics);
    }
}
