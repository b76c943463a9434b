package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.Listening;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;
import dev.kora.cdc.topics.DatabaseTopics;

/** Which database a command looks at, and how its Kafka cluster and schema registry are reached. */
final class ClusterOptions extends ConfigOptions {
    ClusterOptions() {
        super(Settings.OF_READERS);
    }

    /**
     * Opens the database for reading; nothing is written anywhere.
     *
     * @return to be closed by the caller
     * @throws WrongConfiguration settings are wrong
     * @throws CdcException.Unavailable nobody answers
     * @throws CdcException.Invalid there is no such database, or settings are refused
     */
    Cluster open() {
        Configuration settings = read();
        String database = settings.get(Settings.DATABASE);
        Listening.require(settings.get(Settings.BOOTSTRAP_SERVERS), settings.named(Settings.BOOTSTRAP_SERVERS));
        Where where = where(settings, database);
        RegistryClient client = RegistryClient.open(settings.registry());
        try {
            DatabaseCodecs codecs = DatabaseCodecs.lookup(client, database);
            return new Cluster(
                    KafkaLog.open(settings.kafka()), database, where.shards, where.clusterId, codecs, client);
        } catch (RuntimeException e) {
            client.close();
            throw e instanceof CdcException.Unavailable away ? naming(settings.named(Settings.REGISTRY_URL), away) : e;
        }
    }

    private record Where(int shards, String clusterId) {}

    private static Where where(Configuration settings, String database) {
        try (DatabaseTopics topics = DatabaseTopics.open(settings.kafka(), database)) {
            return new Where(topics.shards(), topics.clusterId());
        } catch (CdcException.Unavailable e) {
            throw naming(settings.named(Settings.BOOTSTRAP_SERVERS), e);
        }
    }

    private static CdcException.Unavailable naming(String setting, CdcException.Unavailable e) {
        return new CdcException.Unavailable("%s (%s)".formatted(e.getMessage(), setting), e);
    }
}
