package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/** Client libraries as they are, Jedis and Lettuce in both protocols, on both ports. */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class RedisClientsIT {
    private static final int MANY = 5_000;
    private static final int MIB = 1 << 20;
    private static final byte[] BINARY = {0, (byte) 0xff, '\r', '\n', '*', (byte) 0x80};

    @TempDir
    static Path directory;

    private static Stack stack;

    @BeforeAll
    static void start() {
        stack = Stack.start(StackConfig.of(directory), Progress.silent());
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static void await(BooleanSupplier there) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(there::getAsBoolean);
    }

    private static Jedis jedis(int port, RedisProtocol protocol) {
        JedisClientConfig config = DefaultJedisClientConfig.builder()
                .protocol(protocol)
                .user("default")
                .password("any will do")
                .clientName("jedis-" + protocol)
                .socketTimeoutMillis(60_000)
                .build();
        return new Jedis(new HostAndPort("127.0.0.1", port), config);
    }

    @ParameterizedTest
    @EnumSource(
            value = RedisProtocol.class,
            names = {"RESP2", "RESP3"})
    void jedis(RedisProtocol protocol) {
        String prefix = "jedis:" + protocol + ":";
        try (Jedis gateway = jedis(stack.ports().gateway(), protocol);
                Jedis reads = jedis(stack.ports().resp(), protocol)) {
            assertEquals("jedis-" + protocol, reads.clientGetname());
            jedisWrites(gateway, prefix);
            await(() -> "end".equals(reads.get(prefix + "end")) && reads.exists(prefix + "set"));
            jedisReads(reads, prefix);
            jedisScans(reads, prefix);
            jedisIsRefusedCleanly(reads, prefix);
        }
    }

    private static void jedisWrites(Jedis gateway, String prefix) {
        Pipeline pipeline = gateway.pipelined();
        List<Response<String>> answers = IntStream.range(0, MANY)
                .mapToObj(i -> pipeline.set(prefix + i, "v" + i))
                .toList();
        pipeline.sync();
        answers.forEach(answer -> assertEquals("OK", answer.get()));
        assertEquals(3, gateway.rpush(prefix + "list", "a", "b", "c"));
        assertEquals(2, gateway.hset(prefix + "hash", Map.of("f", "1", "g", "2")));
        assertEquals(2, gateway.sadd(prefix + "set", "x", "y"));
        assertEquals("OK", gateway.set(bytes(prefix + "binary"), BINARY));
        assertEquals("OK", gateway.set(bytes(prefix + "big"), new byte[6 * MIB]));
        assertEquals(
                "OK", gateway.set(prefix + "soon", "x", SetParams.setParams().ex(3600)));
        assertEquals("OK", gateway.set(prefix + "end", "end"));
    }

    private static void jedisReads(Jedis reads, String prefix) {
        await(() -> reads.llen(prefix + "list") == 3
                && reads.hlen(prefix + "hash") == 2
                && reads.exists(prefix + "binary", prefix + "big", prefix + "soon") == 3);
        await(() -> pipelinedGets(reads, prefix).equals(expected()));
        assertEquals(List.of("a", "b", "c"), reads.lrange(prefix + "list", 0, -1));
        assertEquals("c", reads.lindex(prefix + "list", -1));
        assertEquals(Map.of("f", "1", "g", "2"), reads.hgetAll(prefix + "hash"));
        assertEquals(List.of("2", "1"), reads.hmget(prefix + "hash", "g", "f"));
        assertEquals(Set.of("x", "y"), reads.smembers(prefix + "set"));
        assertEquals(List.of(true, false), reads.smismember(prefix + "set", "x", "z"));
        assertArrayEquals(BINARY, reads.get(bytes(prefix + "binary")));
        assertArrayEquals(new byte[6 * MIB], reads.get(bytes(prefix + "big")));
        assertTrue(reads.ttl(prefix + "soon") > 3_000);
        assertEquals(-1, reads.pexpireTime(prefix + "list"));
        assertEquals("hash", reads.type(prefix + "hash"));
        assertNull(reads.get(prefix + "nothing"));
        assertTrue(reads.dbSize() >= MANY);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<String> expected() {
        return IntStream.range(0, MANY).mapToObj(i -> "v" + i).toList();
    }

    private static List<String> pipelinedGets(Jedis reads, String prefix) {
        Pipeline pipeline = reads.pipelined();
        List<Response<String>> values =
                IntStream.range(0, MANY).mapToObj(i -> pipeline.get(prefix + i)).toList();
        pipeline.sync();
        return values.stream().map(value -> String.valueOf(value.get())).toList();
    }

    private static void jedisScans(Jedis reads, String prefix) {
        Set<String> found = new TreeSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page =
                    reads.scan(cursor, new ScanParams().match(prefix + "*").count(500), "string");
            found.addAll(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        assertEquals(MANY + 4, found.size());
        assertEquals(reads.keys(prefix + "*").size(), found.size() + 3);
        assertEquals(
                Map.of("f", "1", "g", "2"),
                reads.hscan(prefix + "hash", "0").getResult().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        assertEquals(2, reads.sscan(prefix + "set", "0").getResult().size());
    }

    private static void jedisIsRefusedCleanly(Jedis reads, String prefix) {
        String wrongType = String.valueOf(assertThrows(JedisDataException.class, () -> reads.get(prefix + "list"))
                .getMessage());
        assertTrue(wrongType.startsWith("WRONGTYPE "), wrongType);
        String readOnly = String.valueOf(assertThrows(JedisDataException.class, () -> reads.set(prefix + "a", "b"))
                .getMessage());
        assertTrue(readOnly.startsWith("READONLY "), readOnly);
        assertThrows(JedisDataException.class, () -> reads.select(1));
        assertEquals("OK", reads.select(0));
        assertEquals("PONG", reads.ping());
    }

    private static RedisClient lettuce(int port, ProtocolVersion protocol) {
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(port)
                .withAuthentication("default", "any will do")
                .withClientName("lettuce-" + protocol)
                .withTimeout(Duration.ofSeconds(60))
                .build();
        RedisClient client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
        return client;
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"RESP2", "RESP3"})
    void lettuce(ProtocolVersion protocol) {
        String prefix = "lettuce:" + protocol + ":";
        try (RedisClient writer = lettuce(stack.ports().gateway(), protocol);
                RedisClient reader = lettuce(stack.ports().resp(), protocol);
                StatefulRedisConnection<String, String> gateway = writer.connect();
                StatefulRedisConnection<String, String> reads = reader.connect()) {
            lettuceWrites(gateway, prefix);
            RedisCommands<String, String> sync = reads.sync();
            await(() -> asynchronousGets(reads.async(), prefix).equals(expected())
                    && sync.hlen(prefix + "hash") == 2
                    && sync.llen(prefix + "list") == 100_000);
            lettuceReads(sync, prefix, protocol);
            lettuceScans(sync, prefix);
            lettuceIsRefusedCleanly(sync, prefix);
        }
    }

    private static void lettuceWrites(StatefulRedisConnection<String, String> gateway, String prefix) {
        RedisAsyncCommands<String, String> async = gateway.async();
        List<RedisFuture<String>> sets = IntStream.range(0, MANY)
                .mapToObj(i -> async.set(prefix + i, "v" + i))
                .toList();
        String[] items = IntStream.range(0, 100_000).mapToObj(Integer::toString).toArray(String[]::new);
        RedisFuture<Long> pushed = async.rpush(prefix + "list", items);
        RedisFuture<Long> hash = async.hset(prefix + "hash", Map.of("f", "1", "g", "2"));
        assertTrue(LettuceFutures.awaitAll(Duration.ofMinutes(1), sets.toArray(RedisFuture[]::new)));
        assertEquals("OK", sets.getFirst().toCompletableFuture().join());
        assertEquals(100_000, pushed.toCompletableFuture().join());
        assertEquals(2, hash.toCompletableFuture().join());
    }

    private static void lettuceReads(RedisCommands<String, String> reads, String prefix, ProtocolVersion protocol) {
        assertEquals("lettuce-" + protocol, reads.clientGetname());
        List<String> list = reads.lrange(prefix + "list", 0, -1);
        assertEquals(100_000, list.size());
        assertEquals("99999", list.getLast());
        assertEquals(Map.of("f", "1", "g", "2"), reads.hgetall(prefix + "hash"));
        assertEquals("v7", reads.mget(prefix + "7", prefix + "8").getFirst().getValue());
        assertEquals("v3", reads.get(prefix + "3"));
        assertNull(reads.get(prefix + "nothing"));
        assertEquals(-2, reads.ttl(prefix + "nothing"));
        assertEquals("PONG", reads.ping());
        assertTrue(!reads.commandInfo("get").isEmpty());
        assertTrue(reads.info("server").contains("redis_mode:standalone"));
        assertTrue(reads.clientList().contains("lib-name=Lettuce"), reads::clientList);
    }

    private static List<String> asynchronousGets(RedisAsyncCommands<String, String> reads, String prefix) {
        List<RedisFuture<String>> values =
                IntStream.range(0, MANY).mapToObj(i -> reads.get(prefix + i)).toList();
        return values.stream()
                .map(value -> String.valueOf(value.toCompletableFuture().join()))
                .toList();
    }

    private static void lettuceScans(RedisCommands<String, String> reads, String prefix) {
        List<String> found = new ArrayList<>();
        ScanArgs pattern = ScanArgs.Builder.matches(prefix + "*").limit(1_000);
        ScanIterator.scan(reads, pattern).forEachRemaining(found::add);
        assertEquals(MANY + 2, found.size());
        assertEquals(MANY + 2, Set.copyOf(found).size());
        KeyScanCursor<String> first = reads.scan(ScanCursor.INITIAL, ScanArgs.Builder.limit(10));
        assertTrue(!first.isFinished());
        Map<String, String> fields = new HashMap<>();
        ScanIterator.hscan(reads, prefix + "hash")
                .forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
        assertEquals(Map.of("f", "1", "g", "2"), fields);
    }

    private static void lettuceIsRefusedCleanly(RedisCommands<String, String> reads, String prefix) {
        assertRefused("READONLY ", () -> reads.set(prefix + "a", "b"));
        assertRefused("WRONGTYPE ", () -> reads.smembers(prefix + "list"));
        assertRefused("ERR unknown subcommand", () -> reads.clientTracking(TrackingArgs.Builder.enabled()));
        assertRefused("ERR This instance has cluster support disabled", reads::clusterInfo);
        assertRefused("ERR This instance has cluster support disabled", reads::readOnly);
        assertEquals("PONG", reads.ping());
    }

    private static void assertRefused(String beginning, Runnable call) {
        String message = String.valueOf(
                assertThrows(RedisCommandExecutionException.class, call::run).getMessage());
        assertTrue(message.startsWith(beginning), message);
    }

    /** What clients say first, in whatever order. */
    @Test
    void handshakes() {
        for (int port : List.of(stack.ports().gateway(), stack.ports().resp())) {
            try (RespWire wire = RespWire.connect(port)) {
                RespValue welcome = wire.call("HELLO", "3", "AUTH", "default", "any", "SETNAME", "me");
                assertEquals('%', welcome.type());
                assertEquals("me", wire.call("CLIENT", "GETNAME").text());
                assertEquals(
                        "OK", wire.call("CLIENT", "SETINFO", "LIB-NAME", "x").text());
                assertTrue(wire.call("CLIENT", "TRACKING", "ON").isError("ERR"));
                assertTrue(wire.call("CLIENT", "CACHING", "YES").isError("ERR"));
                assertEquals("PONG", wire.call("PING").text());
                assertEquals('%', wire.call("COMMAND", "DOCS").type());
                assertEquals(
                        '%',
                        wire.call("CONFIG", "GET", "maxclients", "databases").type());
                assertEquals("OK", wire.call("SELECT", "0").text());
                assertTrue(wire.call("SELECT", "1").isError("ERR"));
                assertTrue(wire.call("HELLO", "4").isError("NOPROTO"));
                assertEquals('*', wire.call("HELLO", "2").type());
                assertTrue(wire.call("AUTH", "somebody", "else").isError("WRONGPASS"));
                assertEquals("RESET", wire.call("RESET").text());
                assertEquals("OK", wire.call("QUIT").text());
            }
        }
    }
}
