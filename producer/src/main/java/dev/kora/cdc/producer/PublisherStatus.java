package dev.kora.cdc.producer;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link Publisher} tells about itself at one moment; the numbers are read one after the other, not atomically.
 *
 * @param state what it is doing
 * @param shards in the order of their numbers
 * @param ringBytes size of the ring
 * @param ringUsedBytes bytes of it that hold uncommitted entries
 * @param appended entries taken since opening, heartbeats and openings among them
 * @param refused appends that took nothing, for want of room or as invalid
 * @param commits transactions committed
 * @param aborted transactions aborted and sent again
 * @param reopened how often the log's writer was opened anew
 * @param retryingSince since when nothing has been committed for errors that are tried again, to the second; empty where things work
 * @param lastError what went wrong last, also where it has been overcome since
 */
public record PublisherStatus(
        State state,
        List<Shard> shards,
        long ringBytes,
        long ringUsedBytes,
        long appended,
        long refused,
        long commits,
        long aborted,
        long reopened,
        Optional<Instant> retryingSince,
        Optional<String> lastError) {

    public PublisherStatus {
        shards = List.copyOf(shards);
    }

    /** Whether a newer writer has taken over. */
    public boolean fenced() {
        return state == State.FENCED;
    }

    /** Whether it commits nothing any more. */
    public boolean ended() {
        return switch (state) {
            case OPENING, RUNNING, RETRYING -> false;
            case FENCED, STOPPED, CLOSED -> true;
        };
    }

    /** What a publisher is doing. */
    public enum State {
        /** Finding the log's end, at the start or again. */
        OPENING,
        /** Committing what comes. */
        RUNNING,
        /** Trying again after an error; entries wait in the ring. */
        RETRYING,
        /** Stopped for good: a newer writer has taken over. */
        FENCED,
        /** Stopped for good by an error that no retry can mend. */
        STOPPED,
        /** Closed by its owner. */
        CLOSED
    }

    /**
     * One shard.
     *
     * @param epoch this writer's
     * @param committedSequence of the last entry known to be committed
     * @param pendingEntries taken but not committed
     * @param pendingBytes as they stand in the ring
     */
    public record Shard(int shard, long epoch, long committedSequence, long pendingEntries, long pendingBytes) {}
}
