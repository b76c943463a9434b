package dev.kora.cdc.stack.cli;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A shard as a consumer's HTTP API tells of it. Numbers are null where the consumer does not know them.
 *
 * @param state what the shard does, in lower case
 * @param reason why, in a sentence; empty where there is nothing to say
 * @param halt what it is halted at; null where it is not halted
 * @param sequence of the last applied entry
 * @param entries applied since the consumer owns the shard
 * @param controls control entries among them
 * @param rejected entries since then whose effect the semantics refused, by reason
 */
record ConsumerShard(
        String state,
        String reason,
        @Nullable Halt halt,
        @Nullable Long sequence,
        @Nullable Long entries,
        @Nullable Long controls,
        Map<String, Long> rejected) {
    private static final String HALTED = "halted";

    ConsumerShard {
        rejected = Map.copyOf(rejected);
    }

    /**
     * What a shard is halted at.
     *
     * @param offset null where it is no single one
     * @param reason in a sentence
     * @param since in ISO 8601
     * @param skippable whether it is an entry that may be skipped
     * @param commands that help, ready to be typed
     */
    record Halt(
            String topic,
            int partition,
            @Nullable Long offset,
            String reason,
            String since,
            boolean skippable,
            List<String> commands) {
        Halt {
            commands = List.copyOf(commands);
        }
    }

    boolean halted() {
        return state.equals(HALTED);
    }

    /**
     * Control entries among all that the shard ever had up to {@link #sequence}; empty where the consumer does not know them,
     * for it counts what it has applied since it owns the shard.
     */
    OptionalLong allControls() {
        Long counted = controls;
        return counted == null || !countedAll() ? OptionalLong.empty() : OptionalLong.of(counted);
    }

    private boolean countedAll() {
        return entries != null && entries.equals(sequence);
    }

    long allRejected() {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
}
