package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.Count;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.stack.Stack;
import dev.kora.cdc.stack.StackPorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the demo says once it runs: what listens where, and what to type next. */
final class Welcome {
    private static final int DEFAULT_KAFKA_PORT = 9092;
    private static final int DEFAULT_REGISTRY_PORT = 8081;
    private static final int DEFAULT_HTTP_PORT = 8080;

    private Welcome() {}

    static List<String> lines(Stack stack, Path directory, Duration took) {
        List<String> lines = new ArrayList<>();
        lines.add("Kora CDC runs after %.1f s: database %s, %s, data in %s"
                .formatted(took.toMillis() / 1000.0, stack.database(), Count.of(stack.shards(), "shard"), directory));
        lines.add("");
        lines.addAll(endpoints(stack));
        lines.add("");
        lines.add("Now type in another terminal:");
        next(stack).forEach(command -> lines.add("  " + command));
        lines.addAll(unreadable(stack.unreadable()));
        lines.add("");
        lines.add("Ctrl-C stops everything; the next start goes on where it stopped.");
        return lines;
    }

    private static List<String> endpoints(Stack stack) {
        StackPorts ports = stack.ports();
        return List.of(
                row("writes (RESP)", "127.0.0.1:" + ports.gateway() + writesNote(stack)),
                row("reads (RESP)", "127.0.0.1:" + ports.resp()),
                row("HTTP", "http://127.0.0.1:%d/health/ready, /metrics, /api/shards".formatted(ports.http())),
                row(
                        "Kafka",
                        "%s, topics %s and %s"
                                .formatted(
                                        stack.bootstrapServers(),
                                        TopicNames.wal(stack.database()),
                                        TopicNames.snapshot(stack.database()))),
                row("schema registry", stack.registryUrl()));
    }

    private static List<String> unreadable(List<String> shards) {
        List<String> lines = new ArrayList<>();
        if (!shards.isEmpty()) {
            lines.add("");
            lines.add("Not everything can be read; /health/ready and /api/shards tell more:");
            shards.forEach(shard -> lines.add("  " + shard));
        }
        return lines;
    }

    private static String writesNote(Stack stack) {
        return stack.koraDirectory()
                .map(path -> ", refused: the log of " + path + " is followed")
                .orElse("");
    }

    private static String row(String what, String where) {
        return "  %-16s %s".formatted(what, where);
    }

    private static List<String> next(Stack stack) {
        List<String> commands = new ArrayList<>();
        if (stack.koraDirectory().isEmpty()) {
            commands.add(
                    "redis-cli -p %d SET greeting hello".formatted(stack.ports().gateway()));
            commands.add("redis-cli -p %d GET greeting".formatted(stack.ports().resp()));
        } else {
            commands.add("redis-cli -p %d DBSIZE".formatted(stack.ports().resp()));
        }
        String flags = flags(stack.ports());
        commands.add("./kora-cdc tail --follow" + flags);
        commands.add("./kora-cdc status" + flags + httpFlag(stack.ports()));
        return commands;
    }

    private static String flags(StackPorts ports) {
        String kafka = ports.kafka() == DEFAULT_KAFKA_PORT ? "" : " --bootstrap-servers 127.0.0.1:" + ports.kafka();
        return ports.registry() == DEFAULT_REGISTRY_PORT
                ? kafka
                : kafka + " --registry-url http://127.0.0.1:%d/apis/ccompat/v7".formatted(ports.registry());
    }

    private static String httpFlag(StackPorts ports) {
        return ports.http() == DEFAULT_HTTP_PORT ? "" : " --http-url http://127.0.0.1:" + ports.http();
    }
}
