package dev.kora.cdc.stack.judge;

import dev.kora.cdc.stack.Ports;
import dev.kora.cdc.stack.RespWire;
import dev.kora.cdc.stack.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A redis-server of our own on a free port of the loopback interface, which keeps nothing. */
public final class RedisProcess implements AutoCloseable {
    /** Why a suite that needs one is skipped. */
    public static final String ABSENT =
            "redis-server (Debian's package of that name) is neither on the PATH nor named by -Dkora.redis-server";

    private static final String PROGRAM = "redis-server";

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static boolean isInstalled() {
        return Tool.find(PROGRAM).isPresent();
    }

    /** Starts it, and returns when it answers. */
    public static RedisProcess start(Path directory) {
        int port = Ports.free();
        List<String> command = List.of(
                Tool.find(PROGRAM).orElseThrow().toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "no",
                "--daemonize",
                "no");
        try {
            RedisProcess redis = new RedisProcess(
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("redis.log").toFile())
                            .start(),
                    port);
            redis.awaitAnswer();
            return redis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            try (RespWire wire = connect()) {
                return wire.call("PING").text().equals("PONG");
            }
        });
    }

    public RespWire connect() {
        return RespWire.connect(port);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
