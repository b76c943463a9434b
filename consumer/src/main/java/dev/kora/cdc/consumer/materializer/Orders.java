package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants of a halted shard, one order at a time: to try again, and maybe to pass over one entry while doing so.
 * Any thread gives an order; the shard's thread takes and answers it.
 *
 * <p>An order to skip is no more than a permission. The shard is taken over anew and reads from its checkpoint; where it meets a
 * poisoned entry at the very offset again, and only there, it passes over it. So nothing is skipped that has become readable
 * meanwhile, that another owner has skipped already, or at which this shard is not halted.
 */
final class Orders {
    /** @param skip null where it is only to try again */
    private record Order(@Nullable Skip skip, CompletableFuture<Answer> answer) {}

    /** @param offset of the entry to pass over */
    record Skip(long offset, String reason) {}

    private final AtomicReference<@Nullable Order> given = new AtomicReference<>();

    // --- for any thread

    /**
     * Gives an order.
     *
     * @param halt what the shard is halted at; null where it is not halted
     */
    CompletableFuture<Answer> give(@Nullable Skip skip, @Nullable Halt halt) {
        String refusal = refusal(skip, halt);
        if (!refusal.isEmpty()) {
            return CompletableFuture.completedFuture(new Answer(Outcome.REFUSED, refusal));
        }
        Order order = new Order(skip, new CompletableFuture<>());
        return given.compareAndSet(null, order)
                ? order.answer
                : CompletableFuture.completedFuture(
                        new Answer(Outcome.REFUSED, "the shard is being resumed already: look at its status"));
    }

    private static String refusal(@Nullable Skip skip, @Nullable Halt halt) {
        if (halt == null) {
            return "the shard is not halted";
        }
        if (skip == null) {
            return "";
        }
        if (!halt.skippable()) {
            return "the shard is not halted at an entry that can be skipped: " + halt.reason();
        }
        return Long.valueOf(skip.offset).equals(halt.offset())
                ? ""
                : "the shard is halted at offset %d, not at %d; nothing was skipped: %s"
                        .formatted(halt.offset(), skip.offset, halt.reason());
    }

    // --- for the shard's thread

    boolean isGiven() {
        return given.get() != null;
    }

    /** The entry to pass over, where that is what the shard has met; null where it is not to. */
    @Nullable
    Skip skipOf(RuntimeException failure, ShardSetup setup) {
        Order order = given.get();
        Skip skip = order == null ? null : order.skip;
        boolean met = skip != null
                && failure instanceof PoisonException poison
                && poison.skippable()
                && poison.partition().equals(setup.wal())
                && poison.offset() == skip.offset;
        return met ? skip : null;
    }

    /**
     * The shard has got on.
     *
     * @param checkpoint that it has reached; null where it has none yet
     */
    void worked(SnapshotRow.@Nullable Checkpoint checkpoint) {
        Order order = given.get();
        if (order != null) {
            String done = done(order.skip, checkpoint);
            if (!done.isEmpty()) {
                answer(new Answer(Outcome.DONE, done));
            }
        }
    }

    /** What was done; empty as long as the entry to skip is still to come. */
    private static String done(@Nullable Skip skip, SnapshotRow.@Nullable Checkpoint checkpoint) {
        if (skip == null) {
            return "the shard goes on";
        }
        if (checkpoint == null || checkpoint.position() <= skip.offset) {
            return "";
        }
        SnapshotRow.Skips skips = checkpoint.skips();
        return skips != null && skips.offset() == skip.offset
                ? "the entry at offset %d is skipped, which the checkpoint at position %d records; the shard goes on"
                        .formatted(skip.offset, checkpoint.position())
                : "the entry at offset %d was not skipped, for it could be applied now; the shard goes on"
                        .formatted(skip.offset);
    }

    /** The shard is halted again. */
    void halted(String reason) {
        answer(new Answer(Outcome.HALTED, reason));
    }

    /** The shard was given up. */
    void gone() {
        answer(new Answer(Outcome.ELSEWHERE, "the shard was given up by this process: ask the one that owns it now"));
    }

    private void answer(Answer answer) {
        Order order = given.getAndSet(null);
        if (order != null) {
            order.answer.complete(answer);
        }
    }
}
