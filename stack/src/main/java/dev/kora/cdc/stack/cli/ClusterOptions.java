package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.topics.DatabaseTopics;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which database a command is about, and how its Kafka cluster and schema registry are reached. */
final class ClusterOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            defaultValue = "127.0.0.1:9092",
            description = "Kafka brokers (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String bootstrapServers;

    @Option(
            names = "--registry-url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081/apis/ccompat/v7",
            description = "Schema registry (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String registryUrl;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            defaultValue = "kora",
            description = "Database, whose name its topics begin with (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String database;

    @Option(
            names = {"-K", "--kafka"},
            paramLabel = "KEY=VALUE",
            description = "Setting of Kafka's clients, as security.protocol=SSL; may be given again and again.")
    private Map<String, String> kafka = new LinkedHashMap<>();

    @Option(
            names = "--registry",
            paramLabel = "KEY=VALUE",
            description = "Setting of the registry's client, as basic.auth.user.info=USER:PASSWORD; likewise.")
    private Map<String, String> registry = new LinkedHashMap<>();

    /** The brokers, as they were given. */
    String bootstrapServers() {
        return bootstrapServers;
    }

    /**
     * Opens the database for reading; nothing is written anywhere.
     *
     * @return to be closed by the caller
     * @throws CdcException.Unavailable nobody answers
     * @throws CdcException.Invalid there is no such database, or settings are wrong
     */
    Cluster open() {
        KafkaSettings settings = new KafkaSettings(bootstrapServers, kafka, Map.of(), Map.of());
        Listening.require(bootstrapServers, "--bootstrap-servers");
        int shards = shards(settings);
        RegistryClient client = RegistryClient.open(RegistrySettings.of(registryUrl, registry));
        try {
            DatabaseCodecs codecs = DatabaseCodecs.lookup(client, database);
            return new Cluster(KafkaLog.open(settings), database, shards, codecs, client);
        } catch (RuntimeException e) {
            client.close();
            throw e instanceof CdcException.Unavailable away ? naming("--registry-url", away) : e;
        }
    }

    private int shards(KafkaSettings settings) {
        try (DatabaseTopics topics = DatabaseTopics.open(settings, database)) {
            return topics.shards();
        } catch (CdcException.Unavailable e) {
            throw naming("--bootstrap-servers", e);
        }
    }

    private static CdcException.Unavailable naming(String flag, CdcException.Unavailable e) {
        return new CdcException.Unavailable("%s (%s)".formatted(e.getMessage(), flag), e);
    }
}
