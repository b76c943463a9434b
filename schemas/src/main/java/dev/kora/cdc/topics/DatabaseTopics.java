package dev.kora.cdc.topics;

import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.TopicNames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics of a database: {@code <database>.wal} and {@code <database>.snapshot}, with one partition for each shard.
 *
 * <p>A process that may be the first one calls {@link #ensure} and then {@link #check}; one that only reads calls {@link
 * #check} alone. Thread-safe; a call waits no longer than Kafka's Admin client does, and {@link #check} after {@link #ensure}
 * no longer than 20 seconds more.
 *
 * <p>All calls throw {@link CdcException.Unavailable} where Kafka cannot be reached, and {@link CdcException.Invalid} where
 * it does not let this client ask.
 */
public final class DatabaseTopics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseTopics.class);
    /** A broker may not know for a moment what another one has created. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration POLL = Duration.ofMillis(50);

    private final String wal;
    private final String snapshot;
    private final Cluster cluster;
    private final MendingCommands commands;
    /** Whether both topics are known to be there, whatever a broker says. */
    private volatile boolean ensured;

    private DatabaseTopics(String wal, String snapshot, Cluster cluster, MendingCommands commands) {
        this.wal = wal;
        this.snapshot = snapshot;
        this.cluster = cluster;
        this.commands = commands;
    }

    /**
     * Opens a client; whoever does closes it. Nothing is asked yet.
     *
     * @throws CdcException.Invalid the settings or the database's name cannot be
     */
    public static DatabaseTopics open(KafkaSettings settings, String database) {
        String wal = TopicNames.wal(database);
        String snapshot = TopicNames.snapshot(database);
        MendingCommands commands = new MendingCommands(
                settings.bootstrapServers(), !settings.common().isEmpty());
        return new DatabaseTopics(wal, snapshot, Cluster.open(settings), commands);
    }

    /**
     * Creates the topics that are missing, safe as {@link #check} wants them. One that is there stays as it is. Several
     * processes may do this at once.
     *
     * @throws CdcException.Invalid a topic is there with another number of partitions, or Kafka refuses to create one, as
     *     with more replicas than brokers
     */
    public void ensure(int shards, TopicLayout layout) {
        Optional<TopicFacts> foundWal = cluster.find(wal);
        Optional<TopicFacts> foundSnapshot = cluster.find(snapshot);
        TopicCheck check = new TopicCheck(commands);
        foundWal.ifPresent(facts -> check.partitions(facts, shards));
        foundSnapshot.ifPresent(facts -> check.partitions(facts, shards));
        refuse(check.problems());
        if (foundWal.isEmpty()) {
            create(wal, shards, layout, TopicRules.walSettings(layout));
        }
        if (foundSnapshot.isEmpty()) {
            create(snapshot, shards, layout, TopicRules.snapshotSettings(layout));
        }
        ensured = true;
    }

    private void create(String topic, int shards, TopicLayout layout, Map<String, String> settings) {
        if (cluster.create(topic, shards, layout.replicationFactor(), settings)) {
            LOG.atInfo()
                    .addKeyValue("topic", topic)
                    .addKeyValue("partitions", shards)
                    .addKeyValue("replicas", layout.replicationFactor())
                    .log("created a topic");
        }
    }

    /**
     * Makes sure that topics and cluster lose nothing.
     *
     * @param shards how many shards there must be; empty where any number will do
     * @throws CdcException.Invalid a topic is missing, or something is unsafe; the message names every topic and setting, what
     *     was found, what is wanted and the command that mends it
     */
    public void check(OptionalInt shards) {
        TopicFacts walFacts = get(wal);
        TopicFacts snapshotFacts = get(snapshot);
        refuse(new TopicCheck(commands)
                .settings(walFacts, TopicRules.WAL)
                .settings(snapshotFacts, TopicRules.SNAPSHOT)
                .partitions(walFacts, snapshotFacts, shards)
                .transactions(cluster.feature(TopicCheck.TRANSACTION_VERSION))
                .problems());
    }

    private static void refuse(List<String> problems) {
        if (problems.isEmpty()) {
            return;
        }
        String before = "Kafka is not set up so that nothing is lost; mend this and start again:";
        throw new CdcException.Invalid(
                problems.size() == 1
                        ? before + " " + problems.getFirst()
                        : before + "\n- " + String.join("\n- ", problems));
    }

    /**
     * The number of shards of a database that is there.
     *
     * @throws CdcException.Invalid it is not; the message names the databases that are
     */
    public int shards() {
        return get(wal).partitions();
    }

    /** The number of shards of the database; empty as long as one of its topics is missing. */
    public OptionalInt findShards() {
        Optional<TopicFacts> found = cluster.find(wal);
        return found.isPresent() && cluster.find(snapshot).isPresent()
                ? OptionalInt.of(found.get().partitions())
                : OptionalInt.empty();
    }

    /** How many brokers the cluster has now. */
    public int brokers() {
        return cluster.brokers();
    }

    /** By which Kafka clusters are told apart. */
    public String clusterId() {
        return cluster.id();
    }

    private TopicFacts get(String topic) {
        Optional<TopicFacts> found = cluster.find(topic);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (found.isEmpty() && ensured && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
            found = cluster.find(topic);
        }
        return found.orElseThrow(() -> missing(topic));
    }

    private CdcException.Invalid missing(String topic) {
        List<String> databases = cluster.databases();
        return new CdcException.Invalid(
                "there is no topic %s at %s, %s: mend the database's name or bootstrap.servers, or start a writer first"
                        .formatted(
                                topic,
                                cluster.servers(),
                                databases.isEmpty()
                                        ? "nor any database"
                                        : "which has the databases " + String.join(", ", databases)));
    }

    /** Ends what is under way, within 5 seconds. Idempotent. */
    @Override
    public void close() {
        cluster.close();
    }
}
