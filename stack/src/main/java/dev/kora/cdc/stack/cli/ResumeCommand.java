package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets a halted shard try again. */
@Command(
        name = "resume",
        description = {
            "Let a halted shard try again, once its cause is mended.",
            "",
            "The process that owns the shard goes on running, and so do its other shards. Nothing is passed over: what"
                    + " still cannot be applied halts the shard again.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the shard goes on",
            "1:it is halted again, was not halted, is owned by another process, or nobody answers",
            "2:wrong usage"
        },
        footer = {"", "Examples:", "  kora-cdc resume --shard 2"})
final class ResumeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private HaltedShardOptions options;

    @Override
    public Integer call() {
        String path = "/api/shards/%d/resume".formatted(options.shard());
        spec.commandLine().getOut().println(options.api().order(path, JsonNodeFactory.instance.objectNode()));
        return ExitCode.OK;
    }
}
