package dev.kora.cdc.topics;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A Kafka cluster as seen by whoever looks after topics. Thread-safe. Calls end within the Admin client's own time-outs and
 * throw {@link CdcException.Unavailable} or {@link CdcException.Invalid}.
 */
final class Cluster implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final String servers;
    private final Admin admin;

    private Cluster(String servers, Admin admin) {
        this.servers = servers;
        this.admin = admin;
    }

    /** @throws CdcException.Invalid the settings are no client's, or no server's name is known */
    static Cluster open(KafkaSettings settings) {
        String servers = settings.bootstrapServers();
        try {
            return new Cluster(servers, Admin.create(settings.adminProperties()));
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CdcException.Invalid(
                    "Kafka's client for %s cannot be made: %s".formatted(servers, said(cause)), e);
        }
    }

    String servers() {
        return servers;
    }

    /** A topic, if the broker that is asked knows it. */
    Optional<TopicFacts> find(String topic) {
        String doing = "looking at the topic " + topic;
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            TopicDescription description =
                    only(await(admin.describeTopics(List.of(topic)).allTopicNames(), doing));
            Config config = only(await(admin.describeConfigs(List.of(resource)).all(), doing));
            return Optional.of(facts(description, config));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw refused(e, doing);
        }
    }

    private static <V> V only(Map<?, V> answers) {
        return answers.values().iterator().next();
    }

    private static TopicFacts facts(TopicDescription description, Config config) {
        int replicas = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElseThrow();
        Map<String, String> settings = new HashMap<>();
        config.entries().forEach(entry -> settings.put(entry.name(), String.valueOf(entry.value())));
        return new TopicFacts(description.name(), description.partitions().size(), replicas, settings);
    }

    /** Creates a topic; false where another process was quicker. */
    boolean create(String topic, int partitions, int replicationFactor, Map<String, String> settings) {
        NewTopic asked = new NewTopic(topic, partitions, (short) replicationFactor).configs(settings);
        String doing = "creating the topic " + topic;
        try {
            await(admin.createTopics(List.of(asked)).all(), doing);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return false;
            }
            throw refused(e, doing);
        }
    }

    /** The names of the databases that have a WAL here, sorted. */
    List<String> databases() {
        String doing = "listing topics";
        try {
            return await(admin.listTopics().names(), doing).stream()
                    .flatMap(topic -> TopicNames.databaseOfWal(topic).stream())
                    .sorted()
                    .toList();
        } catch (ExecutionException e) {
            throw refused(e, doing);
        }
    }

    /** The number of brokers that are there now. */
    int brokers() {
        String doing = "asking for the cluster's brokers";
        try {
            return await(admin.describeCluster().nodes(), doing).size();
        } catch (ExecutionException e) {
            throw refused(e, doing);
        }
    }

    /** By which clusters are told apart. */
    String id() {
        String doing = "asking for the cluster's id";
        try {
            return await(admin.describeCluster().clusterId(), doing);
        } catch (ExecutionException e) {
            throw refused(e, doing);
        }
    }

    /** The version of a feature that all brokers have agreed on. */
    OptionalInt feature(String name) {
        String doing = "asking for the cluster's features";
        try {
            FinalizedVersionRange range = await(admin.describeFeatures().featureMetadata(), doing)
                    .finalizedFeatures()
                    .get(name);
            return range == null ? OptionalInt.empty() : OptionalInt.of(range.maxVersionLevel());
        } catch (ExecutionException e) {
            throw refused(e, doing);
        }
    }

    /** @throws ExecutionException Kafka refuses, for a reason that the caller may know */
    private <T> T await(KafkaFuture<T> call, String doing) throws ExecutionException {
        try {
            return call.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CdcException.Unavailable("interrupted while " + doing, e);
        }
    }

    private CdcException refused(ExecutionException failure, String doing) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String what = "%s at %s: %s".formatted(doing, servers, said(cause));
        if (cause instanceof RetriableException) {
            return new CdcException.Unavailable(what + ": start Kafka, or mend bootstrap.servers", cause);
        }
        return new CdcException.Invalid(what + next(cause), cause);
    }

    /** What to do about a refusal; empty where Kafka's own words must do. */
    private static String next(Throwable cause) {
        return switch (cause) {
            case AuthenticationException any ->
                ": mend the credentials (kafka.%s, kafka.%s)"
                        .formatted(SaslConfigs.SASL_JAAS_CONFIG, SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG);
            case AuthorizationException any ->
                ": give other credentials, or grant Describe, DescribeConfigs and, to create topics, Create";
            case InvalidReplicationFactorException any ->
                ": start more brokers, or lower replication.factor (--replication-factor)";
            default -> "";
        };
    }

    private static String said(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        admin.close(CLOSE_TIMEOUT);
    }
}
