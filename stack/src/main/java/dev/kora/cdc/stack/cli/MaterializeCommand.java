package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.Count;
import dev.kora.cdc.stack.Endpoint;
import dev.kora.cdc.stack.Materializing;
import dev.kora.cdc.stack.OpenParts;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a {@link Materializing} until it is told to stop. */
@Command(
        name = "materialize",
        description = {
            "Fold a database's log into its snapshot topic and into stores in a directory, and answer reads from these.",
            "",
            "It waits for the topics, which produce creates. Several such processes share the shards out, each on a directory of "
                    + "its own. The directory may be deleted while the process is stopped: it is rebuilt from Kafka.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "1:it could not start, or cannot go on",
            "2:wrong usage or settings",
            "130:stopped in order by Ctrl-C (SIGINT)",
            "143:stopped in order by SIGTERM"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc materialize",
            "  kora-cdc materialize --data /var/lib/kora-cdc --config prod.properties",
            "",
            "Then, in another terminal:",
            "  redis-cli -p 6380 DBSIZE"
        })
final class MaterializeCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.OF_MATERIALIZE);

    @Override
    public Integer call() {
        Configuration settings = options.read();
        Materializing.Config config = config(settings);
        Logging.ofService(parent.verbose());
        Announcement.log(spec, settings.effective());
        return Service.run(spec.commandLine().getOut(), parts -> start(config, parts));
    }

    private static Materializing.Config config(Configuration settings) {
        return new Materializing.Config(
                ServiceOptions.access(settings),
                settings.get(Settings.DATA).toAbsolutePath().normalize(),
                settings.get(Settings.COMMIT_INTERVAL),
                settings.get(Settings.COMMIT_ROWS),
                settings.get(Settings.STORE_CACHE),
                settings.get(Settings.STORE_WRITE_BUFFER),
                new Endpoint(settings.get(Settings.HOST), settings.get(Settings.RESP_PASSWORD)),
                settings.get(Settings.RESP_PORT),
                settings.get(Settings.HTTP_PORT));
    }

    private Service.Running start(Materializing.Config config, OpenParts parts) {
        PrintWriter out = spec.commandLine().getOut();
        Materializing materializing = Materializing.start(config, what -> Service.say(out, what + " ..."), parts);
        String host = config.endpoint().host();
        Service.say(
                out,
                "materialising %s.wal, %s, data in %s"
                        .formatted(
                                config.access().database(),
                                Count.of(materializing.shards(), "shard"),
                                config.directory()));
        Service.say(out, "answering reads of Redis clients at %s:%d".formatted(host, materializing.respPort()));
        Service.say(out, "http://%s:%d/health/ready, /metrics, /api/shards".formatted(host, materializing.httpPort()));
        materializing.unreadable().forEach(shard -> Service.say(out, shard));
        return materializing::ending;
    }
}
