package dev.kora.cdc.consumer.materializer;

/**
 * The steps in which the owner of a shard changes something outside of itself, in the order of docs/architecture.md. A process may die
 * before, within and behind each; whoever owns the shard next goes on from what the log says.
 */
public enum Step {
    /** C1. Tombstones, rows, checkpoint and the group's offset go into an open transaction. Dead here: it is aborted. */
    SEND,
    /** C2. The transaction is committed. Dead behind it: the next takeover reads it from the compacted partition. */
    COMMIT,
    /** C3. The store takes the same rows, and where it stands, in one batch. */
    APPLY,
    /** T1. The log is asked for everything that bounds the floor. Nothing is changed yet. */
    LOOK,
    /** T2. What stands before the floor is deleted. Dead behind it: the log's start tells the next owner. */
    DELETE,
    /** T3. Where the log begins now is held against the floor. The next checkpoint records it: C1 to C3. */
    VERIFY
}
