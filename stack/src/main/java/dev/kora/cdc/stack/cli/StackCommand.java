package dev.kora.cdc.stack.cli;

import dev.kora.cdc.stack.OpenParts;
import dev.kora.cdc.stack.Servers;
import dev.kora.cdc.stack.config.Configuration;
import dev.kora.cdc.stack.config.Settings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs {@link Servers} until it is told to stop. */
@Command(
        name = "stack",
        description = {
            "Run the embedded Kafka broker and schema registry alone, on the loopback interface, for the other commands.",
            "",
            "It is one broker: what it acknowledges is in the memory of this machine. Its directory survives restarts.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "1:it could not start",
            "2:wrong usage or settings",
            "130:stopped in order by Ctrl-C (SIGINT)",
            "143:stopped in order by SIGTERM"
        },
        footer = {"", "Examples:", "  kora-cdc stack", "  kora-cdc stack --data /tmp/kora --kafka-port 19092"})
final class StackCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.OF_STACK);

    @Override
    public Integer call() {
        Configuration settings = options.read();
        Logging.ofService(parent.verbose());
        Announcement.log(spec, settings.effective());
        return Service.run(spec.commandLine().getOut(), parts -> start(settings, parts));
    }

    private Service.Running start(Configuration settings, OpenParts parts) {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = settings.get(Settings.DATA).toAbsolutePath().normalize();
        Servers servers = Servers.start(
                directory,
                settings.get(Settings.KAFKA_PORT),
                settings.get(Settings.REGISTRY_PORT),
                what -> Service.say(out, what + " ..."),
                parts);
        Service.say(out, "Kafka at %s, data in %s".formatted(servers.bootstrapServers(), directory));
        Service.say(out, "schema registry at " + servers.registryUrl());
        return Optional::empty;
    }
}
