package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Clients that were connected before a restart go on after it by themselves, and find what they wrote before. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class RedisReconnectIT {
    @TempDir
    Path directory;

    @Test
    void clientsOutliveARestart() {
        Stack first = Stack.start(StackConfig.of(directory), Progress.silent());
        StackPorts ports = first.ports();
        try (RedisClient gateway = RedisClient.create("127.0.0.1", ports.gateway());
                RedisClient reads = RedisClient.create("127.0.0.1", ports.resp());
                var lettuce = io.lettuce.core.RedisClient.create(RedisURI.create("127.0.0.1", ports.resp()));
                StatefulRedisConnection<String, String> connection = lettuce.connect()) {
            goesOn(gateway, reads, connection, "before");
            first.close();
            try (Stack again = Stack.start(StackConfig.of(directory).withPorts(ports), Progress.silent())) {
                assertEquals(ports, again.ports());
                await("before", () -> reads.get("key"));
                await("before", () -> connection.sync().get("key"));
                goesOn(gateway, reads, connection, "after");
            }
        } finally {
            first.close();
        }
    }

    private static void goesOn(
            RedisClient gateway, RedisClient reads, StatefulRedisConnection<String, String> connection, String value) {
        await("OK", () -> gateway.set("key", value));
        await(value, () -> reads.get("key"));
        await(value, () -> connection.sync().get("key"));
    }

    /** A call may meet a connection that is broken, which the client then replaces. */
    private static void await(String expected, Callable<String> call) {
        Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(call, expected::equals);
    }
}
