package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.SnapshotRow;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A shard in a {@link StatusReport}.
 *
 * @param log what Kafka says
 * @param consumer what the consumer says; null where it does not answer
 */
record ShardReport(int shard, LogStatus log, @Nullable ConsumerShard consumer) {
    private static final String UNKNOWN = "unknown";

    /** What the consumer does with the shard; {@code unknown} where it does not answer. */
    String state() {
        return consumer == null ? UNKNOWN : consumer.state();
    }

    /** Why it is in this state, and what does not fit together; empty where there is nothing to say. */
    String reason() {
        String trouble = log.trouble();
        String reason = consumer == null ? "" : consumer.reason();
        return trouble.isEmpty() || reason.isEmpty() ? trouble + reason : trouble + "; " + reason;
    }

    /** What the shard is halted at; null where it is not halted, or where the consumer does not answer. */
    ConsumerShard.@Nullable Halt halt() {
        return consumer == null ? null : consumer.halt();
    }

    /** Whether nothing here needs an operator, as far as is known. */
    boolean fine() {
        return log.trouble().isEmpty() && (consumer == null || !consumer.halted());
    }

    /** Offset of the next WAL entry to apply, as the last checkpoint says. */
    OptionalLong position() {
        return checkpointed(SnapshotRow.Checkpoint::position);
    }

    /** Keys at the last checkpoint, those included that have expired and are not removed yet. */
    OptionalLong keys() {
        return checkpointed(SnapshotRow.Checkpoint::keys);
    }

    /** Rows at the last checkpoint. */
    OptionalLong rows() {
        return checkpointed(SnapshotRow.Checkpoint::rows);
    }

    /** Digest over the rows at the last checkpoint, as an unsigned number. */
    OptionalLong digest() {
        return checkpointed(SnapshotRow.Checkpoint::digest);
    }

    /** Which entries were skipped up to the last checkpoint; null where none was, or where unknown. */
    SnapshotRow.@Nullable Skips skips() {
        return log.checkpoint() == null ? null : log.checkpoint().skips();
    }

    /** Number of skipped entries. */
    OptionalLong skipped() {
        SnapshotRow.Skips skips = skips();
        return skips == null ? checkpointed(any -> 0) : OptionalLong.of(skips.count());
    }

    private OptionalLong checkpointed(ToLongFunction<SnapshotRow.Checkpoint> figure) {
        SnapshotRow.Checkpoint checkpoint = log.checkpoint();
        return checkpoint == null ? OptionalLong.empty() : OptionalLong.of(figure.applyAsLong(checkpoint));
    }

    /** Control entries among the applied ones; see {@link ConsumerShard#allControls}. */
    OptionalLong controls() {
        return consumer == null ? OptionalLong.empty() : consumer.allControls();
    }

    /** Mutations among the applied entries: those that are no control entries. */
    OptionalLong mutations() {
        OptionalLong controls = controls();
        Long applied = consumer == null ? null : consumer.sequence();
        return applied == null || controls.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(applied - controls.getAsLong());
    }

    /** Entries whose effect the semantics refused since the consumer owns the shard. */
    OptionalLong rejected() {
        return consumer == null || consumer.entries() == null
                ? OptionalLong.empty()
                : OptionalLong.of(consumer.allRejected());
    }
}
