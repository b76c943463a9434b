package dev.kora.cdc.stack;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.RegistrySettings;
import java.time.Duration;

/**
 * Where a database is.
 *
 * @param database its name, which its topics begin with
 * @param named what chooses Kafka and the registry, as messages shall call it
 * @param registersSchemas whether missing schemas are registered; if not, they are only looked up
 * @param patience how long a start waits for what is not there yet
 */
public record DatabaseAccess(
        String database,
        KafkaSettings kafka,
        RegistrySettings registry,
        Named named,
        boolean registersSchemas,
        Duration patience) {

    /** Such as "--bootstrap-servers" and "registry.url, set by prod.properties, line 3". */
    public record Named(String kafka, String registry) {}
}
