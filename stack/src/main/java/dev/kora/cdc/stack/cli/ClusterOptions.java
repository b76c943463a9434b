package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;

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
        Identity identity = DatabaseOptions.identity(settings);
        RegistryClient client = RegistryClient.open(settings.registry());
        try {
            DatabaseCodecs codecs = DatabaseCodecs.lookup(client, identity.database());
            return new Cluster(KafkaLog.open(settings.kafka()), identity, codecs, client);
        } catch (RuntimeException e) {
            client.close();
            throw e instanceof CdcException.Unavailable away
                    ? DatabaseOptions.naming(settings.named(Settings.REGISTRY_URL), away)
                    : e;
        }
    }
}
