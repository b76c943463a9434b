package dev.kora.cdc.log.kafka;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How Kafka is reached, and the properties of the clients that reach it. Immutable.
 *
 * <p>What is given here goes before our defaults, but not before what the promises rest on (acknowledgements, isolation,
 * where reading starts): that is refused. Secrets stand in the maps; {@link #toString()} shows no values.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param common settings of every client, by Kafka's names: encryption, authentication
 * @param producer settings of producers, before the common ones
 * @param consumer settings of consumers, before the common ones
 */
public record KafkaSettings(
        String bootstrapServers,
        Map<String, String> common,
        Map<String, String> producer,
        Map<String, String> consumer) {

    private static final Set<String> OURS = Set.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            ProducerConfig.ACKS_CONFIG,
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);

    /** An outage is noticed by the first of these, and every call can be made again. */
    private static final Map<String, String> WAITS = Map.of(
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000",
            AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, "2000",
            AdminClientConfig.SOCKET_CONNECTION_SETUP_TIMEOUT_MAX_MS_CONFIG, "5000",
            AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, "50",
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "500",
            AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, "false");

    private static final Map<String, String> ADMIN_WAITS =
            Map.of(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000");

    /**
     * A commit that got no answer says so after {@code max.block.ms}. What is not written after {@code delivery.timeout.ms}
     * makes its transaction abortable; until then a broker that restarts is waited for.
     */
    private static final Map<String, String> PRODUCER_WAITS = Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "15000",
            ProducerConfig.RETRY_BACKOFF_MS_CONFIG, "20",
            ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, "500");

    /** Batches wait a little to be filled, which takes 40 % less CPU; a commit sends at once what waits. */
    private static final Map<String, String> PRODUCER_SIZES = Map.of(
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.BATCH_SIZE_CONFIG,
            Integer.toString(256 * 1024),
            ProducerConfig.LINGER_MS_CONFIG,
            "5",
            ProducerConfig.BUFFER_MEMORY_CONFIG,
            Integer.toString(48 * 1024 * 1024));

    private static final Map<String, String> PRODUCER_OURS = Map.of(
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Limits.MESSAGE_BYTES),
            ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName(),
            ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());

    /** A fetch waits at the broker, which answers as soon as there is a record: a long one costs no latency. */
    private static final Map<String, String> CONSUMER_WAITS = Map.of(
            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "10000",
            ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1",
            ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "500",
            // A reader asks for so many again and again, up to a bound in bytes.
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "16");

    private static final Map<String, String> CONSUMER_OURS = Map.of(
            ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
            ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
            ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName(),
            ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());

    /** @throws CdcException.Invalid a map sets what the promises rest on; the message names all of it */
    public KafkaSettings {
        common = Map.copyOf(common);
        producer = Map.copyOf(producer);
        consumer = Map.copyOf(consumer);
        List<String> refused = new ArrayList<>();
        common.keySet().forEach(name -> refuse("kafka.", name, refused));
        producer.keySet().forEach(name -> refuse("kafka.producer.", name, refused));
        consumer.keySet().forEach(name -> refuse("kafka.consumer.", name, refused));
        if (!refused.isEmpty()) {
            throw new CdcException.Invalid(
                    "these settings of Kafka's clients are not free, the promises rest on them; leave them out: "
                            + String.join(", ", refused.stream().sorted().toList()));
        }
    }

    private static void refuse(String prefix, String name, List<String> refused) {
        if (OURS.contains(name)) {
            refused.add(prefix + name);
        }
    }

    /**
     * Whether a setting of Kafka's clients cannot be given, because the promises rest on it or because it stands elsewhere.
     *
     * @param name Kafka's, without any prefix
     */
    public static boolean isFixed(String name) {
        return OURS.contains(name);
    }

    /** Our defaults, without encryption or authentication. */
    public static KafkaSettings of(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, Map.of(), Map.of(), Map.of());
    }

    /** Properties of an {@link org.apache.kafka.clients.admin.Admin}; a call of it takes 10 s at most. */
    public Map<String, Object> adminProperties() {
        return merge(List.of(WAITS, ADMIN_WAITS, common));
    }

    /** Properties of a writer's producer; its transactional id and transaction time-out are still to be set. */
    Map<String, Object> producerProperties() {
        return merge(List.of(WAITS, PRODUCER_WAITS, PRODUCER_SIZES, common, producer, PRODUCER_OURS));
    }

    /** Properties of a reader's consumer, which is in no group. */
    Map<String, Object> consumerProperties() {
        return merge(List.of(WAITS, CONSUMER_WAITS, common, consumer, CONSUMER_OURS));
    }

    /** Later maps go before earlier ones. */
    private Map<String, Object> merge(List<Map<String, String>> maps) {
        Map<String, Object> merged = new HashMap<>();
        maps.forEach(merged::putAll);
        merged.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return merged;
    }

    /** The servers and the names of what is set; no values, for there are secrets among them. */
    @Override
    public String toString() {
        return "KafkaSettings[%s, common=%s, producer=%s, consumer=%s]"
                .formatted(bootstrapServers, common.keySet(), producer.keySet(), consumer.keySet());
    }
}
