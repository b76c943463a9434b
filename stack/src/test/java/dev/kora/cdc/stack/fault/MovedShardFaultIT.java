package dev.kora.cdc.stack.fault;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.Materializer;
import dev.kora.cdc.consumer.materializer.MaterializerConfig;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStores;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.stack.RandomWal;
import dev.kora.cdc.stack.WalState;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shards go from one member to another and come back to a store that has been left behind, while everything in them changes, ends and is
 * flushed, and compaction removes the old rows and the tombstones as well. No row that was deleted comes back. Invariants I6 and I9 of
 * docs/architecture.md.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class MovedShardFaultIT {
    private static final int SHARDS = 2;
    private static final int ROUNDS = 6;
    private static final int ENTRIES = 200;
    private static final int KEYS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration AWAY = Duration.ofHours(1);

    @TempDir
    Path directory;

    private final long seed = Long.getLong("kora.seed", 20261125);
    private final RocksResources resources = new RocksResources(32 << 20, 8 << 20);
    private final List<Materializer> members = new ArrayList<>();
    private BrokerProcess broker;
    private KafkaLog log;
    private RandomWal wal;

    @BeforeEach
    void start() {
        broker = BrokerProcess.start(
                directory.resolve("kafka"),
                Map.of(
                        "group.consumer.session.timeout.ms", "5000",
                        "group.consumer.heartbeat.interval.ms", "200",
                        "log.cleaner.backoff.ms", "100"));
        KafkaSettings settings = KafkaSettings.of(broker.bootstrapServers());
        log = KafkaLog.open(settings);
        try (DatabaseTopics topics = DatabaseTopics.open(settings, "db")) {
            topics.ensure(SHARDS, TopicLayout.SINGLE);
        }
        wal = new RandomWal(log, "db", SHARDS, new Random(seed));
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
    void aShardThatComesBackToAStaleStoreIsWhatTheLogSays() throws Exception {
        System.out.println("seed " + seed);
        compactEagerly();
        Materializer one = member("one");
        long gone = 0;
        for (int round = 0; round < ROUNDS; round++) {
            create(round);
            wal.write(ENTRIES);
            awaitDrained();
            check();
            // Every second time the first one only leaves the shards that the group takes from it.
            Materializer two = member("two");
            boolean leaves = round % 2 == 0;
            if (leaves) {
                close(one);
            }
            awaitDrained();
            end(round);
            wal.write(ENTRIES);
            awaitDrained();
            gone += compact();
            one = leaves ? member("one") : one;
            close(two);
            awaitDrained();
            check();
        }
        System.out.printf(
                "moved shards: %d times there and back, %d superseded records and tombstones awaited to be compacted away meanwhile, seed %d%n",
                ROUNDS, gone, seed);
    }

    /** Keys of every type, which this round's absence is to end. */
    private void create(int round) {
        for (int shard = 0; shard < SHARDS; shard++) {
            for (int i = 0; i < KEYS; i++) {
                wal.shard(shard)
                        .append(
                                new WalRecord.Set(key("deleted", round, i), value(), null),
                                new WalRecord.Set(
                                        key("expired", round, i),
                                        value(),
                                        AWAY.dividedBy(2).toMillis()),
                                new WalRecord.RPush(key("list", round, i), List.of(value(), value())),
                                new WalRecord.SAdd(key("set", round, i), List.of(key("member", round, i))),
                                new WalRecord.DocSet(key("docs", round, 0), key("doc", round, i), Bytes.utf8("{}")));
            }
        }
    }

    /** Deletes, expires, changes types, and in every third round flushes. */
    private void end(int round) {
        wal.pass(AWAY);
        for (int shard = 0; shard < SHARDS; shard++) {
            for (int i = 0; i < KEYS; i++) {
                wal.shard(shard)
                        .append(
                                new WalRecord.Del(key("deleted", round, i)),
                                new WalRecord.Set(key("list", round, i), value(), null),
                                new WalRecord.Set(key("set", round, i), value(), null),
                                new WalRecord.DocDel(key("docs", round, 0), key("doc", round, i)));
            }
            if (round % 3 == 2) {
                wal.shard(shard).append(new WalRecord.FlushDb());
            }
        }
    }

    private static Bytes key(String kind, int round, int i) {
        return Bytes.utf8("%s-%d-%d".formatted(kind, round, i));
    }

    private static Bytes value() {
        return Bytes.utf8("value");
    }

    /**
     * Writes on, so that segments are closed and cleaned, until nothing is left of what the compacted partitions hold now but the last row of
     * each row key: neither an older one nor a tombstone. Returns how many records had to go.
     */
    private long compact() {
        List<LogEnds> ends = IntStream.range(0, SHARDS)
                .mapToObj(shard -> log.ends(snapshot(shard)))
                .toList();
        long before = superfluous(ends);
        await().atMost(PATIENCE).until(() -> {
            wal.write(10);
            return superfluous(ends) == 0;
        });
        awaitDrained();
        return before;
    }

    private long superfluous(List<LogEnds> ends) {
        return IntStream.range(0, SHARDS)
                .mapToLong(shard -> superfluous(snapshot(shard), ends.get(shard)))
                .sum();
    }

    /** Records below the end that compaction is to remove: those behind which one of the same key stands, and tombstones. */
    private long superfluous(LogPartition partition, LogEnds ends) {
        long records = 0;
        Set<Bytes> rows = new HashSet<>();
        try (LogReader reader = log.openReader(partition, LogPosition.of(ends.start()))) {
            while (reader.position().offset() < ends.lastStable()) {
                for (LogRecord each : reader.poll(Duration.ofSeconds(1))) {
                    if (each.offset() < ends.lastStable()) {
                        records++;
                        Bytes rowKey = Objects.requireNonNull(each.key());
                        boolean unused = each.value() == null ? rows.remove(rowKey) : rows.add(rowKey);
                    }
                }
            }
        }
        return records - rows.size();
    }

    private static LogPartition snapshot(int shard) {
        return new LogPartition(TopicNames.snapshot("db"), shard);
    }

    private Materializer member(String name) {
        Materializer member = Materializer.open(
                MaterializerConfig.of("db", SHARDS, name),
                log,
                WalState.CODEC,
                WalState.ROW_CODEC,
                new RocksStores(directory.resolve("store-" + name), resources),
                InstantSource.system());
        members.add(member);
        return member;
    }

    private void close(Materializer member) {
        member.close();
        members.remove(member);
    }

    /** Waits until every shard has one owner, which has come to the end of the WAL. */
    private void awaitDrained() {
        await().atMost(PATIENCE)
                .until(() -> IntStream.range(0, SHARDS).allMatch(this::isDrained)
                        && members.stream().noneMatch(member -> members.size() > 1 && served(member) == 0));
    }

    private boolean isDrained(int shard) {
        List<Materializer> owners = owners(shard);
        ShardStatus.Progress progress =
                owners.size() == 1 ? owners.getFirst().status(shard).progress() : null;
        return progress != null && progress.sequence() == wal.sequence(shard);
    }

    private List<Materializer> owners(int shard) {
        return members.stream()
                .filter(member -> member.access(shard) instanceof ShardAccess.Served)
                .toList();
    }

    private static long served(Materializer member) {
        return IntStream.range(0, SHARDS)
                .filter(shard -> member.access(shard) instanceof ShardAccess.Served)
                .count();
    }

    private void check() {
        for (int shard = 0; shard < SHARDS; shard++) {
            List<Materializer> owners = owners(shard);
            assertTrue(owners.size() == 1, "owners of shard " + shard + ": " + owners.size());
            var served =
                    assertInstanceOf(ShardAccess.Served.class, owners.getFirst().access(shard));
            WalState.check(log, "db", shard, served.views());
        }
    }

    /** Tombstones as well: they are kept for seven days otherwise. */
    private void compactEagerly() throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, TopicNames.snapshot("db"));
        List<AlterConfigOp> changes = Map.of(
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "100",
                        "delete.retention.ms", "100")
                .entrySet()
                .stream()
                .map(each ->
                        new AlterConfigOp(new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(topic, changes)).all().get();
        }
    }
}
