package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;

/** The WAL of a database of two shards, and what is appended to it: 0, 1, 2, … to the tail of a list in each shard. */
public final class NumberedWal {
    public static final int SHARDS = 2;
    /** Of the list, in both shards. */
    public static final String KEY = "numbers";

    private static final WalEntryCodec CODEC = new WalEntryCodec(1, SchemaSource.NONE);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String database;

    private NumberedWal(String database) {
        this.database = database;
    }

    /** Creates the database's topics, on one broker. */
    public static NumberedWal create(String servers, String database) {
        return create(servers, database, TopicLayout.SINGLE);
    }

    /** Creates the database's topics. */
    public static NumberedWal create(String servers, String database, TopicLayout layout) {
        try (DatabaseTopics topics = DatabaseTopics.open(KafkaSettings.of(servers), database)) {
            topics.ensure(SHARDS, layout);
        }
        return new NumberedWal(database);
    }

    /** The one whose topics are there. */
    public static NumberedWal of(String database) {
        return new NumberedWal(database);
    }

    public String database() {
        return database;
    }

    /** The partitions of all shards. */
    public List<LogPartition> partitions() {
        return IntStream.range(0, SHARDS).mapToObj(this::partition).toList();
    }

    public LogPartition partition(int shard) {
        return new LogPartition(TopicNames.wal(database), shard);
    }

    /** The defaults, but callers wait less, so that a test that fails does so soon. */
    public PublisherConfig config() {
        return PublisherConfig.of(database, SHARDS).withTimeouts(PATIENCE, PATIENCE, PATIENCE, Duration.ofSeconds(5));
    }

    public static KafkaPublisher open(Log log, PublisherConfig config) {
        return open(log, config, InstantSource.system());
    }

    public static KafkaPublisher open(Log log, PublisherConfig config, InstantSource clock) {
        return KafkaPublisher.open(config, log, CODEC, clock);
    }

    public static WalRecord number(long n) {
        return new WalRecord.RPush(Bytes.utf8(KEY), List.of(Bytes.utf8(Long.toString(n))));
    }

    /** Appends the numbers from {@code from} to {@code to}, not included. */
    public static void append(WalWriter writer, long from, long to) {
        for (long n = from; n < to; n++) {
            writer.append(number(n));
        }
    }

    /** Every shard holds the numbers from 0 up to some number, once and in order, among them the acknowledged ones. */
    public void assertHolds(Log log, long acknowledged) {
        for (int shard = 0; shard < SHARDS; shard++) {
            assertHolds(log, shard, acknowledged);
        }
    }

    /** The shard holds the numbers from 0 up to some number, once and in order, among them the acknowledged ones. */
    public void assertHolds(Log log, int shard, long acknowledged) {
        List<Long> numbers = numbers(log, shard);
        assertEquals(LongStream.range(0, numbers.size()).boxed().toList(), numbers);
        assertTrue(
                numbers.size() >= acknowledged,
                () -> "shard %d lost numbers from %d to %d".formatted(shard, numbers.size(), acknowledged));
    }

    /** The committed numbers of a shard, whose entries are checked, when no transaction is open. */
    public List<Long> numbers(Log log, int shard) {
        return entries(log, shard).stream()
                .map(WalEntry::content)
                .filter(WalRecord.RPush.class::isInstance)
                .map(push -> Long.valueOf(
                        ((WalRecord.RPush) push).values().getFirst().text()))
                .toList();
    }

    public List<WalEntry> entries(Log log, int shard) {
        awaitDecided(log, shard, Duration.ofSeconds(30));
        return WalChecker.check(log, partition(shard), CODEC);
    }

    public boolean isDecided(Log log, int shard) {
        LogEnds ends = log.ends(partition(shard));
        return ends.lastStable() == ends.highWatermark();
    }

    public void awaitDecided(Log log, int shard, Duration atMost) {
        Awaitility.await().atMost(atMost).pollInterval(Duration.ofMillis(20)).until(() -> isDecided(log, shard));
    }
}
