package dev.kora.cdc.consumer.shard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a shard is halted, and what an operator can do.
 *
 * @param topic that it is halted at
 * @param partition of that topic: the shard
 * @param offset of the record or position that it is halted at; null where it is no single one
 * @param reason in a sentence
 * @param sinceMs wall-clock time in milliseconds since 1970
 * @param skippable whether it is an entry of the WAL that may be skipped
 * @param commands that help, in the order in which to think of them, ready to be typed
 */
public record Halt(
        String topic,
        int partition,
        @Nullable Long offset,
        String reason,
        long sinceMs,
        boolean skippable,
        List<String> commands) {

    public Halt {
        commands = List.copyOf(commands);
    }
}
