package dev.kora.cdc.stack.cli;

import picocli.CommandLine.Option;

/** Which halted shard a command is about, and the consumer that owns it. */
final class HaltedShardOptions extends ConsumerOptions {
    @Option(names = "--shard", paramLabel = "N", required = true, description = "The halted shard.")
    private int shard;

    int shard() {
        return shard;
    }
}
