package dev.kora.cdc.topics;

/**
 * The commands of Kafka's distribution that mend a cluster's settings, ready to be pasted.
 *
 * @param clientSettings whether the brokers want more of a client than their address: encryption, authentication
 */
record MendingCommands(String bootstrapServers, boolean clientSettings) {

    String setting(String topic, String setting, String value) {
        return "%s --alter --entity-type topics --entity-name %s --add-config %s=%s"
                .formatted(begin("kafka-configs.sh"), topic, setting, value);
    }

    String partitions(String topic, int number) {
        return "%s --alter --topic %s --partitions %d".formatted(begin("kafka-topics.sh"), topic, number);
    }

    String feature(String feature, int level) {
        return "%s upgrade --feature %s=%d".formatted(begin("kafka-features.sh"), feature, level);
    }

    private String begin(String script) {
        return "%s --bootstrap-server %s%s"
                .formatted(script, bootstrapServers, clientSettings ? " --command-config client.properties" : "");
    }
}
