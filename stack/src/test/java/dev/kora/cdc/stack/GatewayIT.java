package dev.kora.cdc.stack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.log.kafka.KafkaLog;
import dev.kora.cdc.log.kafka.KafkaSettings;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.producer.source.resp.Gateway;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import dev.kora.cdc.topics.DatabaseTopics;
import dev.kora.cdc.topics.TopicLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** The gateway on a real broker: each test has a database of its own. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class GatewayIT {
    private static final int SHARDS = 4;
    private static final WalEntryCodec CODEC = new WalEntryCodec(7, SchemaSource.NONE);

    @TempDir
    static Path directory;

    private static EmbeddedBroker broker;
    private static KafkaLog log;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory);
        log = KafkaLog.open(KafkaSettings.of(broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        log.close();
        broker.close();
    }

    private static KafkaPublisher open(String database) {
        try (DatabaseTopics topics = DatabaseTopics.open(KafkaSettings.of(broker.bootstrapServers()), database)) {
            topics.ensure(SHARDS, TopicLayout.SINGLE);
        }
        return KafkaPublisher.open(PublisherConfig.of(database, SHARDS), log, CODEC, InstantSource.system());
    }

    private static RespServer serve(KafkaPublisher publisher) throws IOException {
        Gateway gateway = Gateway.logging(publisher, InstantSource.system());
        return RespServer.start(
                RespOptions.loopback("gateway", "test", 0), gateway.commands(), gateway::info, Execution.EVENT_LOOP);
    }

    private static List<WalEntry> entries(String database, int shard) {
        return WalChecker.check(log, new LogPartition(TopicNames.wal(database), shard), CODEC);
    }

    @Test
    void pipelinesOfManyConnectionsAreLoggedOnceAndInOrder() throws Exception {
        List<PushLoad> loads = IntStream.range(0, 6)
                .mapToObj(i -> new PushLoad("list:" + i, 3_000))
                .toList();
        try (KafkaPublisher publisher = open("pipelines");
                RespServer server = serve(publisher)) {
            loads.forEach(load -> load.connect(server.port()));
            await().atMost(2, TimeUnit.MINUTES)
                    .until(() -> loads.stream().allMatch(load -> load.acknowledgedNow() >= 20_000));
            for (PushLoad load : loads) {
                load.finish();
            }
        }
        ShardRouter router = new ShardRouter(SHARDS);
        for (PushLoad load : loads) {
            Bytes key = Bytes.utf8(load.key());
            assertEquals(0, load.check(pushed(entries("pipelines", router.shardOf(key)), key)), load.key());
        }
    }

    private static List<Long> pushed(List<WalEntry> entries, Bytes key) {
        return entries.stream()
                .filter(entry -> entry.content() instanceof WalRecord.RPush push
                        && push.key().equals(key))
                .flatMap(entry -> ((WalRecord.RPush) entry.content()).values().stream())
                .map(value -> Long.valueOf(value.text()))
                .toList();
    }

    @Test
    void anOrdinaryClientWritesEveryKind() throws Exception {
        try (KafkaPublisher publisher = open("kinds");
                RespServer server = serve(publisher);
                Jedis jedis = new Jedis("127.0.0.1", server.port())) {
            assertEquals("OK", jedis.set("s", "1"));
            assertEquals("OK", jedis.mset("a", "1", "b", "2", "c", "3"));
            assertEquals(3, jedis.rpush("l", "1", "2", "3"));
            assertEquals(1, jedis.hset("h", "f", "v"));
            assertEquals(2, jedis.sadd("m", "x", "y"));
            assertEquals(1, jedis.expire("s", 100));
            assertEquals(2, jedis.del("a", "b"));
            assertEquals("OK", jedis.flushDB());
            assertThrows(JedisDataException.class, () -> jedis.get("s"));
        }
        long records = IntStream.range(0, SHARDS)
                .mapToLong(shard -> entries("kinds", shard).stream()
                        .filter(entry -> entry.content() instanceof WalRecord)
                        .count())
                .sum();
        assertEquals(1 + 3 + 1 + 1 + 1 + 1 + 2 + SHARDS, records);
    }

    @Test
    void aFencedGatewaySaysSoAndLogsNothing() throws Exception {
        KafkaPublisher publisher = open("fenced");
        try (RespServer server = serve(publisher);
                Jedis jedis = new Jedis("127.0.0.1", server.port());
                KafkaPublisher newer = open("fenced")) {
            // The first one may meet a publisher that a heartbeat has told already.
            String first = refusal(jedis);
            assertTrue(first.startsWith("UNAVAILABLE"), first);
            String then = refusal(jedis);
            assertTrue(then.startsWith("UNAVAILABLE nothing was logged"), then);
            assertTrue(publisher.status().fenced());
            assertFalse(newer.status().fenced());
        } finally {
            assertThrows(CdcException.Fenced.class, publisher::close);
        }
        IntStream.range(0, SHARDS)
                .forEach(shard -> assertTrue(
                        entries("fenced", shard).stream().noneMatch(entry -> entry.content() instanceof WalRecord)));
    }

    private static String refusal(Jedis jedis) {
        return String.valueOf(assertThrows(JedisDataException.class, () -> jedis.set("a", "1"))
                .getMessage());
    }
}
