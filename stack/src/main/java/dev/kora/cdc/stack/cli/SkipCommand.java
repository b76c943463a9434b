package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

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
            "1:nothing was skipped: the shard is not halted at this offset, or at nothing that can be skipped, another"
                    + " database is served there, or nobody answers; or the shard is halted again",
            "2:wrong usage or settings",
            "4:it was told, and was not done after 20 s: status shows what came of it"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc skip --shard 2 --offset 123 --reason 'half an entry, written by hand in a test'"
        })
final class SkipCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

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

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Override
    public Integer call() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("offset", offset);
        body.put("reason", reason);
        Logging.hushClients(parent.verbose());
        return options.order("skip", body, database::find);
    }
}
