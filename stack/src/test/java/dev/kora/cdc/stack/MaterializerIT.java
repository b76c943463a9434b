package dev.kora.cdc.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Materialisers on a real broker, with real stores: shards move, members are cut off, stores get lost, the broker restarts. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class MaterializerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 3;
    private static final Map<String, String> QUICK = Map.of(
            "group.consumer.session.timeout.ms", "3000",
            "group.consumer.heartbeat.interval.ms", "200",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "200",
            "log.cleaner.backoff.ms", "100");

    @TempDir
    Path directory;

    private final RocksResources resources = new RocksResources(32 << 20, 8 << 20);
    private final List<Materializer> members = new ArrayList<>();
    private ProxiedBroker broker;
    private KafkaLog log;
    private RandomWal wal;

    @BeforeEach
    void start() {
        broker = ProxiedBroker.start(directory.resolve("kafka"), QUICK);
        KafkaSettings settings = KafkaSettings.of(broker.directServers());
        log = KafkaLog.open(settings);
        try (DatabaseTopics topics = DatabaseTopics.open(settings, "db")) {
            topics.ensure(SHARDS, TopicLayout.SINGLE);
        }
        wal = new RandomWal(log, "db", SHARDS, new Random(Long.getLong("kora.seed", 20261124)));
    }

    @AfterEach
    void stop() {
        members.forEach(Materializer::close);
        wal.close();
        log.close();
        broker.close();
        resources.close();
    }

    @Test
    void shardsMoveBetweenMembersAndStayAStraightFold() {
        Materializer first = member("one", log);
        wal.write(200);
        awaitServed(first, 0, 1, 2);
        Materializer second = member("two", log);
        await().atMost(PATIENCE).until(() -> !served(second).isEmpty() && allServedOnce());
        assertTrue(!served(first).isEmpty(), "the group leaves some with the first");
        wal.write(200);
        awaitDrained();
        check();

        first.close();
        wal.write(50);
        awaitServed(second, 0, 1, 2);
        awaitDrained();
        check();
    }

    @Test
    void aMemberThatWasCutOffCountsForNothingUntilItIsAMemberAgain() {
        try (KafkaLog behindProxy = KafkaLog.open(KafkaSettings.of(broker.proxiedServers()))) {
            Materializer cutOff = member("cut-off", behindProxy);
            wal.write(100);
            awaitServed(cutOff, 0, 1, 2);
            broker.proxy().silence();
            wal.write(100);
            Materializer other = member("other", log);
            awaitServed(other, 0, 1, 2);
            wal.write(100);
            await().atMost(PATIENCE).until(() -> drained(other));

            broker.proxy().heal();
            await().atMost(PATIENCE).until(this::allServedOnce);
            wal.write(100);
            awaitDrained();
            check();
            cutOff.close();
            members.remove(cutOff);
        }
    }

    @Test
    void aTransactionThatTimedOutAtTheBrokerIsGoneOnFrom() throws Exception {
        alter(ConfigResource.Type.GROUP, "db-materializer", Map.of("consumer.session.timeout.ms", "45000"));
        try (KafkaLog behindProxy = KafkaLog.open(KafkaSettings.of(broker.proxiedServers()))) {
            Materializer member = member("one", behindProxy, Duration.ofSeconds(1));
            wal.write(100);
            awaitServed(member, 0, 1, 2);
            awaitDrained();
            broker.proxy().at(ApiKeys.END_TXN, KafkaProxy.Fate.LOST);
            wal.write(100);
            await().atMost(PATIENCE).until(() -> broker.proxy().hits() > 0);
            await().atMost(PATIENCE).until(this::nothingIsOpen);
            broker.proxy().heal();
            awaitDrained();
            check();
            member.close();
            members.remove(member);
        }
    }

    private boolean nothingIsOpen() {
        return IntStream.range(0, SHARDS).allMatch(shard -> {
            LogEnds ends = log.ends(new LogPartition(TopicNames.snapshot("db"), shard));
            return ends.lastStable() == ends.highWatermark();
        });
    }

    @Test
    void aLostStoreIsRebuiltWhileThePartitionIsCompactedAndWritten() throws Exception {
        compactEagerly();
        for (int round = 0; round < 4; round++) {
            Materializer member = member("one", log);
            for (int i = 0; i < 30; i++) {
                wal.write(10);
            }
            awaitServed(member, 0, 1, 2);
            wal.write(10);
            awaitDrained();
            check();
            member.close();
            members.remove(member);
            delete(directory.resolve("store-one"));
        }
    }

    @Test
    void aLargeFlushIsOneCommitAndLeavesNothing() {
        Materializer member = member("one", log);
        for (int i = 0; i < 4; i++) {
            int from = i * 50_000;
            wal.shard(0)
                    .append(new WalRecord.RPush(
                            Bytes.utf8("list"),
                            IntStream.range(from, from + 50_000)
                                    .mapToObj(n -> Bytes.utf8("item-" + n))
                                    .toList()));
        }
        await().atMost(PATIENCE).until(() -> rows(member, 0) == 200_001);
        wal.shard(0).append(new WalRecord.FlushDb());
        await().atMost(PATIENCE).until(() -> rows(member, 0) == 0);
        check();
    }

    @Test
    void aBrokerThatRestartsIsGoneOnWith() {
        Materializer member = member("one", log);
        wal.write(200);
        awaitServed(member, 0, 1, 2);
        awaitDrained();
        broker.restart();
        wal.write(200);
        awaitDrained();
        check();
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals(ShardState.RUNNING, member.status(shard).state());
        }
    }

    // --- what goes in

    private Materializer member(String name, Log over) {
        return member(name, over, Duration.ofMinutes(15));
    }

    private Materializer member(String name, Log over, Duration transactionTimeout) {
        Materializer member = Materializer.open(
                MaterializerConfig.of("db", SHARDS, name).withTimeouts(transactionTimeout, Duration.ofSeconds(30)),
                over,
                WalState.CODEC,
                WalState.ROW_CODEC,
                new RocksStores(directory.resolve("store-" + name), resources),
                InstantSource.system());
        members.add(member);
        return member;
    }

    private void compactEagerly() throws Exception {
        alter(
                ConfigResource.Type.TOPIC,
                TopicNames.snapshot("db"),
                Map.of(
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "100",
                        "delete.retention.ms", "100"));
    }

    private void alter(ConfigResource.Type type, String name, Map<String, String> settings) throws Exception {
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(each ->
                        new AlterConfigOp(new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.directServers()))) {
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(type, name), changes))
                    .all()
                    .get();
        }
    }

    private static void delete(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    // --- what comes out

    private static List<Integer> served(Materializer member) {
        return IntStream.range(0, SHARDS)
                .filter(shard -> member.access(shard) instanceof ShardAccess.Served)
                .boxed()
                .toList();
    }

    private boolean allServedOnce() {
        Map<Integer, Integer> owners = new HashMap<>();
        members.forEach(member -> served(member).forEach(shard -> owners.merge(shard, 1, Integer::sum)));
        return owners.equals(Map.of(0, 1, 1, 1, 2, 1));
    }

    private static void awaitServed(Materializer member, Integer... shards) {
        await().atMost(PATIENCE).until(() -> served(member).equals(List.of(shards)));
    }

    private void awaitDrained() {
        await().atMost(PATIENCE).until(() -> members.stream().allMatch(this::drained) && allServedOnce());
    }

    private boolean drained(Materializer member) {
        return served(member).stream().allMatch(shard -> {
            ShardStatus.Progress progress = member.status(shard).progress();
            return progress != null && progress.sequence() == wal.sequence(shard);
        });
    }

    private static long rows(Materializer member, int shard) {
        ShardStatus.Progress progress = member.status(shard).progress();
        return progress == null ? -1 : progress.rows();
    }

    /** Each shard's store, and its compacted partition, against one straight fold of its WAL. */
    private void check() {
        for (Materializer member : members) {
            for (int shard : served(member)) {
                var views = assertInstanceOf(ShardAccess.Served.class, member.access(shard))
                        .views();
                WalState.check(log, "db", shard, views);
            }
        }
    }
}
