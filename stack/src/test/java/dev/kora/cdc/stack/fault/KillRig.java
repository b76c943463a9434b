package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.registry.RegistryClient;
import dev.kora.cdc.registry.RegistrySettings;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.stack.EmbeddedRegistry;
import dev.kora.cdc.stack.PushLoad;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A database of three processes, the broker, the writer and the materialiser, with a load on it, and the checkers that every cycle
 * of a killing suite ends with:
 *
 * <ul>
 *   <li>no acknowledged loss: each load's numbers are in the log, all that were acknowledged, in their order;
 *   <li>no duplicate, order: the entries of each shard have contiguous sequences from the first one on;
 *   <li>the materialiser's row count and digest are those of a fold in this process of the entries read here.
 * </ul>
 *
 * <p>When a kill comes is random ({@code -Dkora.seed}), but at least 1,000 appends are unacknowledged then. For one thread.
 */
final class KillRig implements AutoCloseable {
    private static final String DATABASE = "kora";
    private static final int SHARDS = 4;
    private static final int LOADS = 8;
    private static final int WINDOW = 400;
    private static final long UNACKNOWLEDGED = 1_000;
    private static final long ACKNOWLEDGED_BY_EACH = 200;
    private static final long LATEST_KILL_MS = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Sessions that end soon: a member that was killed keeps its successor out for as long. */
    private static final Map<String, String> BROKER_SETTINGS =
            Map.of("group.consumer.session.timeout.ms", "2000", "group.consumer.heartbeat.interval.ms", "200");

    private final String suite;
    private final long seed = Long.getLong("kora.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final Path brokerDirectory;
    private final BrokerProcess broker;
    private final EmbeddedRegistry registry;
    private final Parts parts;
    private final KafkaLog log;
    private final List<FollowedShard> shards;
    private final Map<String, List<Long>> pushed = new TreeMap<>();
    private final List<PushLoad> loads = IntStream.range(0, LOADS)
            .mapToObj(i -> new PushLoad("load-" + i, WINDOW))
            .toList();

    private GatewayProcess gateway;
    private StoreProcess store;
    private int cycles;
    private int kills;
    private long fewestUnacknowledged = Long.MAX_VALUE;

    private KillRig(
            String suite, Path brokerDirectory, BrokerProcess broker, EmbeddedRegistry registry, Path directory) {
        this.suite = suite;
        this.brokerDirectory = brokerDirectory;
        this.broker = broker;
        this.registry = registry;
        this.parts = new Parts(broker.bootstrapServers(), registry.url(), DATABASE, SHARDS, directory);
        this.log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
        this.shards = followed();
        this.gateway = GatewayProcess.start(parts);
        this.store = StoreProcess.start(parts);
        System.out.printf("%s: seed %d%n", suite, seed);
    }

    /** Starts everything but the loads. */
    static KillRig open(String suite, Path directory) {
        Path brokerDirectory = directory.resolve("kafka");
        BrokerProcess broker = BrokerProcess.start(brokerDirectory, BROKER_SETTINGS);
        EmbeddedRegistry registry = EmbeddedRegistry.start(directory.resolve("registry"), 0);
        try (DatabaseTopics topics = DatabaseTopics.open(KafkaSettings.of(broker.bootstrapServers()), DATABASE)) {
            topics.ensure(SHARDS, TopicLayout.SINGLE);
        }
        return new KillRig(suite, brokerDirectory, broker, registry, directory.resolve("parts"));
    }

    private List<FollowedShard> followed() {
        try (RegistryClient client = RegistryClient.open(RegistrySettings.of(registry.url()))) {
            DatabaseCodecs codecs = DatabaseCodecs.register(client, DATABASE);
            return IntStream.range(0, SHARDS)
                    .mapToObj(shard ->
                            new FollowedShard(log, new LogPartition(TopicNames.wal(DATABASE), shard), codecs.wal()))
                    .toList();
        }
    }

    // --- the load

    /**
     * Connects the loads, and returns at a random moment at which enough appends are unacknowledged.
     *
     * @return how many they are
     */
    long loadUntilTheKill() {
        loads.forEach(load -> load.connect(gateway.port()));
        Awaitility.await("loads of " + suite)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> loads.stream().allMatch(load -> load.acknowledgedNow() >= ACKNOWLEDGED_BY_EACH));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextLong(LATEST_KILL_MS)));
        return Awaitility.await("unacknowledged appends of " + suite)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(this::unacknowledged, found -> found >= UNACKNOWLEDGED);
    }

    private long unacknowledged() {
        return loads.stream().mapToLong(PushLoad::unacknowledgedNow).sum();
    }

    /** The loads' server is dead: notes what became of their numbers. */
    void endLoads() throws InterruptedException {
        for (PushLoad load : loads) {
            load.awaitEnd();
        }
    }

    /** Sends no more; all that was sent must be acknowledged. */
    void finishLoads() throws InterruptedException {
        for (PushLoad load : loads) {
            load.finish();
        }
    }

    // --- the faults

    void killGateway() {
        gateway.kill();
        kills++;
    }

    void startGateway() {
        gateway = GatewayProcess.start(parts);
    }

    void killStore() {
        store.kill();
        kills++;
    }

    void startStore() {
        store = StoreProcess.start(parts);
    }

    void killBroker() {
        broker.kill();
        kills++;
    }

    void startBroker() {
        broker.startAgain();
    }

    /** Deletes the stores of the materialiser, which does not run. */
    void deleteStores() {
        try (Stream<Path> files = Files.walk(parts.stores())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- the checkers

    /**
     * Ends a cycle with all checkers, and prints a line.
     *
     * @param unacknowledged appends at the kill
     */
    void endCycle(String what, long unacknowledged) {
        assertTrue(unacknowledged >= UNACKNOWLEDGED, () -> "only " + unacknowledged + " appends were not acknowledged");
        fewestUnacknowledged = Math.min(fewestUnacknowledged, unacknowledged);
        check();
        System.out.printf(
                "%s: cycle %d, %s: %,d unacknowledged at the kill, %,d entries checked, %d transactions aborted, %d"
                        + " forgotten ones ended so far%n",
                suite, ++cycles, what, unacknowledged, entries(), aborted(), forgotten());
    }

    private void check() {
        shards.forEach(shard -> shard.follow(pushed));
        for (PushLoad load : loads) {
            load.check(pushed.getOrDefault(load.key(), List.of()));
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            awaitTally(shard, shards.get(shard).tally());
        }
    }

    private void awaitTally(int shard, Tally expected) {
        Awaitility.await("tally of shard " + shard).atMost(PATIENCE).untilAsserted(() -> {
            JsonNode found = store.shard(shard);
            assertEquals(expected.rows(), found.path("rows").asLong(), found::toString);
            assertEquals(
                    "%016x".formatted(expected.digest()), found.path("digest").asText(), found::toString);
        });
    }

    /** Ends the suite: a store built anew agrees as well, some transaction was aborted, and a line sums it up. */
    void finish() {
        store.kill();
        deleteStores();
        startStore();
        check();
        System.out.printf(
                "%s: %d cycles, %d kills, at least %,d unacknowledged at each, %d transactions aborted, forgotten"
                        + " transactions ended: %d, %,d entries, seed %d%n",
                suite, cycles, kills, fewestUnacknowledged, aborted(), forgotten(), entries(), seed);
        assertTrue(aborted() > 0, "no kill left a transaction to abort");
        assertTrue(entries() > 0, "nothing was checked");
    }

    private long entries() {
        return shards.stream().mapToLong(FollowedShard::entries).sum();
    }

    private long aborted() {
        return AbortMarkers.count(brokerDirectory, TopicNames.wal(DATABASE))
                + AbortMarkers.count(brokerDirectory, TopicNames.snapshot(DATABASE));
    }

    private long forgotten() {
        return parts.logged("ended a transaction that a killed broker had forgotten");
    }

    @Override
    public void close() {
        store.close();
        gateway.close();
        log.close();
        registry.close();
        broker.close();
    }
}
