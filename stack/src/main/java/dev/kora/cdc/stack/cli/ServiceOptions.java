package dev.kora.cdc.stack.cli;

import dev.kora.cdc.stack.DatabaseAccess;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;

/** What the settings of {@code produce} and {@code materialize} have in common. */
final class ServiceOptions {
    private ServiceOptions() {}

    /** Where the database is. */
    static DatabaseAccess access(Configuration settings) {
        return new DatabaseAccess(
                settings.get(Settings.DATABASE),
                settings.kafka(),
                settings.registry(),
                new DatabaseAccess.Named(
                        settings.named(Settings.BOOTSTRAP_SERVERS), settings.named(Settings.REGISTRY_URL)),
                settings.get(Settings.SCHEMAS_REGISTER),
                settings.get(Settings.START_TIMEOUT));
    }
}
