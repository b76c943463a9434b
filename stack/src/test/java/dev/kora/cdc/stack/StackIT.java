package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Everything in one process: what goes in by a Redis client comes out of the snapshot by another, also after a restart. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class StackIT {
    @TempDir
    Path directory;

    @Test
    void writesOfEveryKindAreReadBackAlsoAfterARestart() {
        try (Stack stack = start()) {
            write(stack);
            awaitWritten(stack);
            alone(stack);
        }
        try (Stack stack = start()) {
            awaitWritten(stack);
            flush(stack);
        }
    }

    private Stack start() {
        return Stack.start(StackConfig.of(directory), Progress.silent());
    }

    private static void write(Stack stack) {
        try (Jedis gateway = new Jedis("127.0.0.1", stack.ports().gateway());
                RespClient any = new RespClient(stack.ports().gateway())) {
            assertEquals("OK", gateway.set("greeting", "hello"));
            assertEquals("OK", gateway.set("gone", "soon", SetParams.setParams().px(1)));
            assertEquals("OK", gateway.mset("a", "1", "b", "2", "c", "3"));
            assertEquals(3, gateway.rpush("fruits", "apple", "banana", "cherry"));
            assertEquals(1, gateway.lpush("fruits", "zero"));
            assertEquals(1, gateway.hset("user:1", "name", "Ada"));
            assertEquals(2, gateway.sadd("tags", "kafka", "cdc"));
            assertEquals(1, gateway.expire("greeting", 3600));
            assertEquals(1, gateway.del("b"));
            assertEquals("OK", any.text("DOC.SET", "books", "b1", "{\"title\":\"Notes\",\"pages\":120}"));
            assertEquals(1, any.number("VECSET", "embeddings", 2, "0.5", "-1"));
        }
    }

    private static void awaitWritten(Stack stack) {
        try (Jedis reads = new Jedis("127.0.0.1", stack.ports().resp());
                RespClient any = new RespClient(stack.ports().resp())) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertEquals("hello", reads.get("greeting"));
                assertEquals(List.of("zero", "apple", "banana", "cherry"), reads.lrange("fruits", 0, -1));
                assertEquals("Ada", reads.hget("user:1", "name"));
                assertEquals(2, reads.scard("tags"));
                assertTrue(reads.ttl("greeting") > 3000);
                assertEquals("1", reads.get("a"));
                assertEquals(null, reads.get("b"));
                assertEquals(null, reads.get("gone"));
                assertEquals("{\"pages\":120,\"title\":\"Notes\"}", any.text("DOC.GET", "books", "b1"));
                assertEquals(2, any.number("VEC.DIM", "embeddings"));
                assertEquals(6, reads.dbSize());
            });
        }
    }

    private void alone(Stack running) {
        var refused = assertThrows(CdcException.Invalid.class, this::start);
        assertTrue(String.valueOf(refused.getMessage()).contains("in use by another process"), refused.toString());
        assertTrue(running.shards() == StackConfig.DEFAULT_SHARDS);
    }

    private static void flush(Stack stack) {
        try (Jedis gateway = new Jedis("127.0.0.1", stack.ports().gateway());
                Jedis reads = new Jedis("127.0.0.1", stack.ports().resp());
                RespClient any = new RespClient(stack.ports().resp())) {
            assertEquals("OK", gateway.flushDB());
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> reads.dbSize() == 0);
            assertEquals("{\"pages\":120,\"title\":\"Notes\"}", any.text("DOC.GET", "books", "b1"));
        }
    }

    @Test
    void aPortInUseIsNamedWithItsFlagBeforeAnythingStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StackConfig config = StackConfig.of(directory).withPorts(new StackPorts(0, 0, taken.getLocalPort(), 0, 0));
            var refused = assertThrows(CdcException.Invalid.class, () -> Stack.start(config, Progress.silent()));
            assertTrue(String.valueOf(refused.getMessage()).contains("--gateway-port"), refused.toString());
        }
    }

    @Test
    void anotherNumberOfShardsIsRefused() {
        start().close();
        StackConfig config = StackConfig.of(directory).withShards(2);
        var refused = assertThrows(CdcException.Invalid.class, () -> Stack.start(config, Progress.silent()));
        assertTrue(String.valueOf(refused.getMessage()).contains("4 shards, not 2"), refused.toString());
    }
}
