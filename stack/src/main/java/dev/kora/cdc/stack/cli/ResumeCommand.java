package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Lets a halted shard try again. */
@Command(
        name = "resume",
        description = {
            "Let a halted shard try again, once its cause is mended.",
            "",
            "The process that owns the shard goes on running, and so do its other shards. Nothing is passed over: what"
                    + " still cannot be applied halts the shard again. A process of another database, or of another Kafka"
                    + " cluster, is told nothing.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the shard goes on",
            "1:it is halted again, or nothing was done: the shard is not halted, another process owns it, another"
                    + " database is served there, or nobody answers",
            "2:wrong usage or settings",
            "4:it was told, and was not done after 20 s: status shows what came of it"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc resume --shard 2",
            "  kora-cdc resume --shard 2 --http-url http://consumer-1:8080 --config prod.properties"
        })
final class ResumeCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private HaltedShardOptions options;

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Override
    public Integer call() {
        Logging.hushClients(parent.verbose());
        return options.order("resume", JsonNodeFactory.instance.objectNode(), database::find);
    }
}
