package dev.kora.cdc.producer;

import java.util.List;

/**
 * How a {@link Source} is.
 *
 * @param name what it reads, as people call it
 * @param state of the whole
 * @param reason why it is in this state, in a sentence; of one that has finished, what of its input was not taken; else empty
 * @param records taken since the start of this process
 * @param shards how each of them is, where the source reads each on its own; else empty
 */
public record SourceReport(String name, State state, String reason, long records, List<Shard> shards) {

    public SourceReport {
        shards = List.copyOf(shards);
    }

    /** What a source, or a shard of it, does. */
    public enum State {
        /** Taking what comes. */
        RUNNING,
        /** Stopped at something that it cannot take, in whole or in one shard at least; an operator has to act. */
        HALTED,
        /** Through with its input, and all of it is committed. Only a source with an end comes to this state. */
        FINISHED,
        /** Ended for good otherwise than it should; nothing comes of it any more. */
        FAILED
    }

    /**
     * One shard.
     *
     * @param reason why it is in this state; empty where there is nothing to say
     * @param position where it reads, for people: file and offset
     * @param records taken since the start of this process
     * @param skipped records left out, as they may be by configuration
     * @param lagBytes of its input that are not read yet
     */
    public record Shard(
            int shard, State state, String reason, String position, long records, long skipped, long lagBytes) {}
}
