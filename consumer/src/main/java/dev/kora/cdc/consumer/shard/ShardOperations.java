package dev.kora.cdc.consumer.shard;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What an operator can have done with a shard. Thread-safe, never blocks; other shards go on all the time. */
public interface ShardOperations {

    /** Lets a halted shard try again. The answer comes once it has got going, or is halted again. */
    CompletableFuture<Answer> resume(int shard);

    /**
     * Lets a halted shard go on without one entry of the WAL. That is recorded in the checkpoint of the same commit, so it is done
     * once for all later owners and rebuilds; the entry has no effect and counts as not applied.
     *
     * @param offset of the entry, which must be the one that the shard is halted at
     * @param reason for people, not blank, at most {@link dev.kora.cdc.schema.Limits#SKIP_REASON_LENGTH} characters
     */
    CompletableFuture<Answer> skip(int shard, long offset, String reason);

    /**
     * Deletes of a shard's WAL what may go, or says what that would be.
     *
     * @param dryRun whether nothing is to be deleted
     */
    CompletableFuture<Truncated> truncate(int shard, boolean dryRun);

    /** What came of it. */
    enum Outcome {
        /** It is done. */
        DONE,
        /** Another process owns the shard, or nobody: ask there, or later. */
        ELSEWHERE,
        /** Nothing was done, since the shard is not in the state for it. */
        REFUSED,
        /** The shard tried again and is halted, as before or at something else. */
        HALTED
    }

    /**
     * What came of it, in words.
     *
     * @param text what to know and what to do next, in a sentence
     */
    record Answer(Outcome outcome, String text) {}

    /**
     * What came of a truncation.
     *
     * @param text likewise
     * @param report what was found and done; null where nothing was
     */
    record Truncated(Outcome outcome, String text, @Nullable TruncationReport report) {}
}
