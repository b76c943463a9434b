package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a halted shard go on without the entry that it is halted at. */
@Command(
        name = "skip",
        description = {
            "Let a halted shard go on without the one entry of the log that it is halted at.",
            "",
            "What that entry would have changed is missing from the snapshot for good. So look at it first, with"
                    + " inspect. That it was skipped, and why, is recorded in the checkpoint, so every later owner and"
                    + " every rebuild knows it.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the entry is skipped and the shard goes on, or it could be applied after all",
            "1:nothing was skipped: the shard is not halted at this offset, or at nothing that can be skipped, or"
                    + " nobody answers",
            "2:wrong usage"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc skip --shard 2 --offset 123 --reason 'half an entry, written by hand in a test'"
        })
final class SkipCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--offset",
            paramLabel = "O",
            required = true,
            description = "The offset that the shard is halted at, as status shows it.")
    private long offset;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for those who come later (at most 500 characters).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String reason;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private HaltedShardOptions options;

    @Override
    public Integer call() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("offset", offset);
        body.put("reason", reason);
        String path = "/api/shards/%d/skip".formatted(options.shard());
        spec.commandLine().getOut().println(options.api().order(path, body));
        return ExitCode.OK;
    }
}
