package dev.kora.cdc.stack.cli;

import dev.kora.cdc.producer.source.kora.FollowerOptions;
import dev.kora.cdc.schema.Count;
import dev.kora.cdc.stack.Endpoint;
import dev.kora.cdc.stack.Feed;
import dev.kora.cdc.stack.OpenParts;
import dev.kora.cdc.stack.Producing;
import dev.kora.cdc.stack.PublisherTuning;
import dev.kora.cdc.stack.TopicPlan;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * Runs a {@link Producing} until it is told to stop or has come to its end. Each subcommand adds a {@link Feed}; when the last one
 * has done so, all of them run together.
 */
@Command(
        name = "produce",
        description = {
            "Write a database's log: append what its sources bring, exactly once and in order.",
            "",
            "One process writes a database at a time; a second one takes over, and the first one ends. So all sources of a "
                    + "database are named together, each once. Beside a Kora engine the gateway refuses writes, for the engine "
                    + "decides which shard a key is in.",
            "",
            "A shard that halts at damage in Kora's files does not end the process: the others go on, and /health/ready and "
                    + "/api/publisher tell of it.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommandsRepeatable = true,
        subcommands = {ProduceCommand.OfKora.class, ProduceCommand.OfResp.class, ProduceJsonl.class},
        synopsisSubcommandLabel = "SOURCE [SOURCE]...",
        commandListHeading = "%nSources:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all of a source that has an end is committed",
            "1:lines were rejected, it could not start, or cannot go on after an error that no retry mends",
            "2:wrong usage or settings",
            "3:another writer has taken over; to start this one again would take it back",
            "130:stopped in order by Ctrl-C (SIGINT)",
            "143:stopped in order by SIGTERM"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc produce resp                      take writes from Redis clients on port 6379",
            "  kora-cdc produce kora /var/lib/kora        follow a Kora engine's logs",
            "  kora-cdc produce kora /var/lib/kora resp   likewise, with a gateway that says so to who writes",
            "  kora-cdc produce jsonl changes.jsonl        append the changes in a file, and end",
            "  kora-cdc produce resp --config prod.properties --shards 16"
        })
final class ProduceCommand implements Runnable {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.OF_PRODUCE);

    private final List<Feed> feeds = new ArrayList<>();

    /** Without a source. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a source is missing: kora DIR, resp or jsonl [FILE]");
    }

    /** Adds a source; with the last one of the command line, runs them all. */
    int feed(Feed feed) {
        if (feeds.stream().anyMatch(other -> other.getClass() == feed.getClass())) {
            throw new ParameterException(spec.commandLine(), "a source is named twice: name each once");
        }
        feeds.add(feed);
        if (feeds.stream().anyMatch(Feed.Kora.class::isInstance)
                && feeds.stream().anyMatch(Feed.Jsonl.class::isInstance)) {
            throw new ParameterException(
                    spec.commandLine(), "a Kora engine alone feeds its database: give jsonl a database of its own");
        }
        boolean last = feeds.size()
                == spec.commandLine().getParseResult().subcommands().size();
        return last ? serve() : ExitCode.OK;
    }

    private int serve() {
        boolean gateway = feeds.stream().anyMatch(Feed.Gateway.class::isInstance);
        Configuration settings = options.read(gateway ? Set.of() : Set.of(Settings.GATEWAY_PORT));
        Producing.Config config = config(settings);
        Logging.ofService(parent.verbose());
        Announcement.log(spec, settings.effective());
        return Service.run(spec.commandLine().getOut(), parts -> start(config, parts));
    }

    private Service.Running start(Producing.Config config, OpenParts parts) {
        PrintWriter out = spec.commandLine().getOut();
        Producing producing = Producing.start(config, what -> Service.say(out, what + " ..."), parts);
        String host = config.endpoint().host();
        Service.say(
                out, "writing %s.wal, %s".formatted(config.access().database(), Count.of(producing.shards(), "shard")));
        for (Feed feed : config.feeds()) {
            Service.say(out, describe(feed, config, producing));
        }
        Service.say(out, "http://%s:%d/health/ready, /metrics, /api/publisher".formatted(host, producing.httpPort()));
        return producing::ending;
    }

    private static String describe(Feed feed, Producing.Config config, Producing producing) {
        return switch (feed) {
            case Feed.Kora kora -> "following the Kora engine in " + kora.directory();
            case Feed.Gateway any ->
                "%s writes of Redis clients at %s:%d"
                        .formatted(
                                Feed.kora(config.feeds()).isEmpty() ? "taking" : "refusing",
                                config.endpoint().host(),
                                producing.gatewayPort().orElseThrow());
            case Feed.Jsonl jsonl -> "reading " + jsonl.input().name();
        };
    }

    private Producing.Config config(Configuration settings) {
        return new Producing.Config(
                ServiceOptions.access(settings),
                new TopicPlan(
                        settings.get(Settings.TOPICS_CREATE),
                        settings.get(Settings.SHARDS),
                        settings.get(Settings.REPLICATION_FACTOR),
                        settings.get(Settings.MIN_INSYNC_REPLICAS)),
                feeds,
                new PublisherTuning(
                        settings.get(Settings.PUBLISHER_BUFFER),
                        settings.get(Settings.PUBLISHER_APPEND_TIMEOUT),
                        settings.get(Settings.PUBLISHER_LINGER),
                        settings.get(Settings.PUBLISHER_TRANSACTION_TIMEOUT)),
                new Endpoint(settings.get(Settings.HOST), settings.get(Settings.RESP_PASSWORD)),
                settings.get(Settings.GATEWAY_PORT),
                settings.get(Settings.HTTP_PORT));
    }

    /** Adds a Kora engine. */
    @Command(
            name = "kora",
            description = "Follow a Kora engine's data directory: its snapshot, then its log, shard by shard.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class OfKora implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // set by picocli
        private ProduceCommand produce;

        @Parameters(paramLabel = "DIR", description = "The data directory, with shard-0, shard-1, … in it.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private Path directory;

        @Option(names = "--no-rdb", description = "Leave the engine's snapshot out, begin with its log.")
        private boolean noRdb;

        @Option(
                names = "--skip-oversized",
                description = "Leave records beyond the limits out and count them, instead of halting their shard.")
        private boolean skipOversized;

        @Override
        public Integer call() {
            return produce.feed(new Feed.Kora(directory, new FollowerOptions(!noRdb, skipOversized)));
        }
    }

    /** Adds the gateway. */
    @Command(
            name = "resp",
            description = "Take writes of Redis clients, and acknowledge each once it is committed.",
            mixinStandardHelpOptions = true,
            sortOptions = false)
    static final class OfResp implements Callable<Integer> {
        @ParentCommand
        @SuppressWarnings("NullAway.Init") // set by picocli
        private ProduceCommand produce;

        @Override
        public Integer call() {
            return produce.feed(new Feed.Gateway());
        }
    }
}
