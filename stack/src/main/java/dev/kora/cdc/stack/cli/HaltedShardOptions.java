package dev.kora.cdc.stack.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** Which halted shard a command is about, and the consumer that owns it. */
final class HaltedShardOptions extends ConsumerOptions {
    @Option(names = "--shard", paramLabel = "N", required = true, description = "The halted shard.")
    private int shard;

    /**
     * Has the consumer do something with the shard, and says what came of it.
     *
     * @param what the last part of the order's path
     * @param database asked for when the other options are fine: a consumer of another one is not told
     * @return the exit code
     */
    int order(String what, ObjectNode body, Supplier<Identity> database) {
        ConsumerApi api = api();
        ConsumerApi.Told told = api.order("/api/shards/%d/%s".formatted(shard, what), body, database.get());
        if (told.done()) {
            commandLine().getOut().println(told.sentence());
            return ExitCode.OK;
        }
        commandLine().getErr().println("kora-cdc: " + ErrorLine.of(told.sentence()));
        return KoraCdc.UNDECIDED;
    }
}
