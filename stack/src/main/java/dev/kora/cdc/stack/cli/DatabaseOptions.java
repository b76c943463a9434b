package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.Listening;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;
import dev.kora.cdc.topics.DatabaseTopics;

/** Which database a command is about, where it reads none of its entries. */
final class DatabaseOptions extends ConfigOptions {
    DatabaseOptions() {
        super(Settings.OF_ORDERS);
    }

    /**
     * Asks Kafka for the database.
     *
     * @throws WrongConfiguration settings are wrong
     * @throws CdcException.Unavailable nobody answers
     * @throws CdcException.Invalid there is no such database, or settings are refused
     */
    Identity find() {
        return identity(read());
    }

    /** As {@link #find}, for settings that were read. */
    static Identity identity(Configuration settings) {
        String setting = settings.named(Settings.BOOTSTRAP_SERVERS);
        String database = settings.get(Settings.DATABASE);
        Listening.require(settings.get(Settings.BOOTSTRAP_SERVERS), setting);
        try (DatabaseTopics topics = DatabaseTopics.open(settings.kafka(), database)) {
            return new Identity(database, topics.shards(), topics.clusterId());
        } catch (CdcException.Unavailable e) {
            throw naming(setting, e);
        }
    }

    /** The failure with the setting that chooses whom it is about. */
    static CdcException.Unavailable naming(String setting, CdcException.Unavailable e) {
        return new CdcException.Unavailable("%s (%s)".formatted(e.getMessage(), setting), e);
    }
}
