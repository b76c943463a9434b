package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.registry.RegistryProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry (Apicurio) in a process of its own, on the loopback interface only, with its schemas in a file.
 *
 * <p>It speaks Confluent's REST interface at {@link #url()}. Its directory survives restarts and crashes, ids included. The
 * process runs on the JDK that this one runs on and ends with it, even by {@code kill -9} ({@link RegistryProcess}). Its log
 * stands in {@code registry.log} in its directory. Thread-safe.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    /** System property that says where the registry's distribution is unpacked. */
    public static final String HOME_PROPERTY = "kora.registry.home";

    private static final Logger log = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(8);
    private static final int STATUS_OK = 200;

    private final Process process;
    private final int port;
    private volatile boolean closing;

    private EmbeddedRegistry(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** As {@link #start(Path, Path, int)}, with the distribution that {@link #HOME_PROPERTY} names. */
    public static EmbeddedRegistry start(Path directory, int port) {
        return start(home(), directory, port);
    }

    /**
     * Starts a registry and returns when it answers; that takes about 6 seconds.
     *
     * @param home where its distribution is unpacked
     * @param directory of its data and log; created where it is missing
     * @param port to listen on, or 0 for any free one
     * @throws CdcException.Invalid where the port is taken or a directory cannot be used
     * @throws CdcException.Unavailable where it does not start; nothing of it stays behind
     */
    public static EmbeddedRegistry start(Path home, Path directory, int port) {
        int chosen = Ports.choose(port, "--registry-port");
        Path logFile = directory.resolve("registry.log");
        EmbeddedRegistry registry = new EmbeddedRegistry(launch(home, directory, chosen, logFile), chosen);
        try {
            registry.awaitReady(logFile);
            Thread.ofVirtual().name("registry-watch").start(() -> registry.warnWhenItDies(logFile));
            return registry;
        } catch (RuntimeException e) {
            registry.close();
            throw e;
        }
    }

    private static Path home() {
        String home = System.getProperty(HOME_PROPERTY);
        if (home == null) {
            throw new CdcException.Invalid(
                    "system property %s is not set: it names the folder with the registry's quarkus-run.jar"
                            .formatted(HOME_PROPERTY));
        }
        return Path.of(home);
    }

    private static Process launch(Path home, Path directory, int port, Path logFile) {
        Path program = home.resolve("quarkus-run.jar").toAbsolutePath();
        if (!Files.isRegularFile(program)) {
            throw new CdcException.Invalid("no schema registry at %s: build the project first".formatted(program));
        }
        try {
            Files.createDirectories(directory);
            return new ProcessBuilder(command(program, directory.toAbsolutePath(), port))
                    .directory(directory.toFile()) // it would read configuration files of the current one
                    .redirectErrorStream(true)
                    .redirectOutput(logFile.toFile())
                    .start();
        } catch (IOException e) {
            throw new CdcException.Invalid("the schema registry cannot run in %s: %s".formatted(directory, e), e);
        }
    }

    private static List<String> command(Path program, Path directory, int port) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-Dsun.misc.unsafe.memory.access=allow",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.http.access-log.enabled=false",
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=" + Ports.free(),
                "-Dapicurio.rules.global.compatibility=BACKWARD", // Confluent's default, too
                // Without a delay, for an id that was given out must survive a kill -9.
                "-Dapicurio.datasource.url=jdbc:h2:file:" + directory.resolve("schemas") + ";WRITE_DELAY=0",
                "-cp",
                program + File.pathSeparator + ownClasses(),
                RegistryProcess.class.getName());
    }

    private static Path ownClasses() {
        try {
            return Path.of(RegistryProcess.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitReady(Path logFile) {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (!answers(client)) {
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    throw notStarted("ended with code " + process.exitValue(), logFile);
                }
                if (System.nanoTime() > deadline) {
                    throw notStarted("did not answer within " + START_LIMIT.toSeconds() + " s", logFile);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notStarted("was interrupted while it started", logFile);
        }
    }

    private boolean answers(HttpClient client) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/subjects"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == STATUS_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private static CdcException notStarted(String what, Path logFile) {
        return new CdcException.Unavailable(
                "the schema registry %s; its log %s ends with: %s".formatted(what, logFile, lastLine(logFile)), null);
    }

    private static String lastLine(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank())
                    .reduce((first, second) -> second)
                    .orElse("(empty)");
        } catch (IOException | UncheckedIOException e) {
            return "(" + e + ")";
        }
    }

    private void warnWhenItDies(Path logFile) {
        process.onExit().join();
        if (!closing && !isShuttingDown()) {
            log.atWarn()
                    .addKeyValue("exitCode", process.exitValue())
                    .addKeyValue("log", logFile)
                    .log("the schema registry ended; what runs goes on, but new processes cannot start without it");
        }
    }

    /** Whether this process is about to end: Ctrl-C in a terminal goes to the registry's process as well, and ends it first. */
    private static boolean isShuttingDown() {
        Thread hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return !Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            return true;
        }
    }

    /** Its Confluent-compatible interface, without a slash at the end. */
    public String url() {
        return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    /** Port that clients connect to. */
    public int port() {
        return port;
    }

    /** Id of its process. */
    public long pid() {
        return process.pid();
    }

    /** Stops the process in order, by force after 8 seconds. Idempotent. */
    @Override
    public void close() {
        closing = true;
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
