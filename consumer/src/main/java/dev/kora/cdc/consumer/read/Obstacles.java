package dev.kora.cdc.consumer.read;

import dev.kora.cdc.server.resp.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Why some shards cannot be read just now; the gravest reason is the one that is told. */
final class Obstacles {
    private final List<String> halted = new ArrayList<>();
    private final List<String> starting = new ArrayList<>();
    private final List<Integer> elsewhere = new ArrayList<>();

    void halted(int shard, String reason) {
        halted.add("shard " + shard + ": " + reason);
    }

    void starting(int shard, String doing) {
        starting.add("shard " + shard + " is not readable yet: " + doing);
    }

    void elsewhere(int shard) {
        elsewhere.add(shard);
    }

    /**
     * Does nothing if there is none.
     *
     * @throws CommandException there is one
     */
    void check() {
        if (!halted.isEmpty()) {
            throw new CommandException("HALTED " + String.join("; ", halted));
        }
        if (!starting.isEmpty()) {
            throw new CommandException("UNAVAILABLE " + String.join("; ", starting));
        }
        if (!elsewhere.isEmpty()) {
            String shards = elsewhere.stream().map(String::valueOf).collect(Collectors.joining(","));
            throw new CommandException("SHARDSPLIT shards not served here: " + shards
                    + "; ask the process that serves them, or restrict this connection with SHARD n");
        }
    }
}
