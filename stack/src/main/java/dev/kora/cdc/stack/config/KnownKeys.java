package dev.kora.cdc.stack.config;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The keys that there are: ours, and those of Kafka's clients. */
final class KnownKeys {
    static final String PRODUCER = "producer.";
    static final String CONSUMER = "consumer.";

    static final Set<String> OURS = Settings.ALL.stream().map(Setting::key).collect(Collectors.toUnmodifiableSet());

    /** Without prefix. Plug-ins of the clients may have others. */
    static final Set<String> KAFKAS = Stream.of(
                    AdminClientConfig.configNames(), ProducerConfig.configNames(), ConsumerConfig.configNames())
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private KnownKeys() {}

    /** Whether this key of ours, with its prefix, is one that Kafka's clients have. */
    static boolean ofKafka(String key) {
        return key.startsWith(Layers.KAFKA) && KAFKAS.contains(kafkaName(key));
    }

    /** What Kafka calls the setting with this key: {@code kafka.producer.linger.ms} is {@code linger.ms}. */
    static String kafkaName(String key) {
        String name = key.substring(Layers.KAFKA.length());
        if (name.startsWith(PRODUCER)) {
            return name.substring(PRODUCER.length());
        }
        return name.startsWith(CONSUMER) ? name.substring(CONSUMER.length()) : name;
    }
}
