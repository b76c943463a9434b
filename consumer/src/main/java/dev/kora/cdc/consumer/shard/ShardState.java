package dev.kora.cdc.consumer.shard;

/** What a shard does at the moment; the lower-case name stands in the HTTP API and in metrics. */
public enum ShardState {
    /** Another process owns the shard, or nobody does yet. */
    ELSEWHERE,
    /** The store is being brought to a checkpoint from the compacted partition. Not readable. */
    STARTING,
    /** Readable, and on its way to the end that the WAL had when the shard was taken over. */
    CATCHING_UP,
    /** Readable, and it has reached that end since: what is left is ordinary lag. */
    RUNNING,
    /** Stopped at something that could not be applied. Not readable. */
    HALTED;

    /** Whether reads are answered in this state. */
    public boolean readable() {
        return this == CATCHING_UP || this == RUNNING;
    }
}
