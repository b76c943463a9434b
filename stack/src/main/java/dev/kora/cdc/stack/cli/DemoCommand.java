package dev.kora.cdc.stack.cli;

import dev.kora.cdc.stack.OpenParts;
import dev.kora.cdc.stack.Stack;
import dev.kora.cdc.stack.StackConfig;
import dev.kora.cdc.stack.StackConfig.KoraDirectory;
import dev.kora.cdc.stack.StackPorts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a {@link Stack} until it is told to stop. */
@Command(
        name = "demo",
        description = "Run everything in one process: Kafka, a schema registry, the gateway that takes writes, the "
                + "materialiser, and the reads. It stops with Ctrl-C and goes on where it stopped.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  kora-cdc demo",
            "  kora-cdc demo --data /tmp/kora --shards 2 --kafka-port 0 --registry-port 0",
            "  kora-cdc demo --data ./kora-follow --kora-dir /var/lib/kora",
            "                                             follow a Kora engine's logs",
            "",
            "Then, in another terminal:",
            "  redis-cli -p 6379 SET greeting hello       goes into the log",
            "  redis-cli -p 6380 GET greeting             comes out of the snapshot store"
        })
final class DemoCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "./kora-data",
            description = "Directory of all data and of demo.log (default: ${DEFAULT-VALUE}). It survives restarts.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path data;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description =
                    "Number of shards of a new database, 1 to 256 (default: 4). A directory keeps the one it began with.")
    private @Nullable Integer shards;

    @Option(
            names = "--kora-dir",
            paramLabel = "DIR",
            description = "Follow this Kora engine's data directory; the gateway then refuses writes.")
    private @Nullable Path koraDir;

    @Option(names = "--no-rdb", description = "With --kora-dir: leave the engine's snapshot out, begin with its log.")
    private boolean noRdb;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = PORT_OF + "Kafka" + DEFAULT)
    private int kafkaPort;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = PORT_OF + "the schema registry" + DEFAULT)
    private int registryPort;

    @Option(
            names = "--gateway-port",
            paramLabel = "PORT",
            defaultValue = "6379",
            description = PORT_OF + "the gateway, which takes writes" + DEFAULT)
    private int gatewayPort;

    @Option(
            names = "--resp-port",
            paramLabel = "PORT",
            defaultValue = "6380",
            description = PORT_OF + "the reads" + DEFAULT)
    private int respPort;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = PORT_OF + "health, metrics and the JSON API" + DEFAULT)
    private int httpPort;

    private static final String PORT_OF = "Port of ";
    private static final String DEFAULT = " (default: ${DEFAULT-VALUE}; 0: any free one).";

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = data.toAbsolutePath().normalize();
        StackConfig config = config(directory);
        Logging.toFile(directory.resolve("demo.log"), parent.verbose());
        Announcement.log(spec, Announcement.ofOptions(spec));
        return Service.run(out, parts -> start(config, parts, out));
    }

    private static Service.Running start(StackConfig config, OpenParts parts, PrintWriter out) {
        long began = System.nanoTime();
        Stack stack = Stack.start(config, what -> say(out, "kora-cdc: " + what + " ..."), parts);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        Welcome.lines(stack, config.directory(), took).forEach(line -> say(out, line));
        return Optional::empty;
    }

    private void requirePort(String flag, int port) {
        require(
                port >= 0 && port <= 65_535,
                "%s %d is no port: expected 1 to 65535, or 0 for any free one".formatted(flag, port));
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private StackConfig config(Path directory) {
        require(!data.toString().isEmpty(), "--data is empty: it must name a directory");
        require(!noRdb || koraDir != null, "--no-rdb goes with --kora-dir");
        require(shards == null || shards >= 1, "--shards must be at least 1, not " + shards);
        requirePort("--kafka-port", kafkaPort);
        requirePort("--registry-port", registryPort);
        requirePort("--gateway-port", gatewayPort);
        requirePort("--resp-port", respPort);
        requirePort("--http-port", httpPort);
        StackPorts ports = new StackPorts(kafkaPort, registryPort, gatewayPort, respPort, httpPort);
        require(ports.clash().isEmpty(), ports.clash());
        return new StackConfig(
                directory,
                "kora",
                shards == null ? OptionalInt.empty() : OptionalInt.of(shards),
                Optional.ofNullable(koraDir).map(path -> new KoraDirectory(path, !noRdb)),
                ports,
                Map.of());
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
