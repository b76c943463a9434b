package dev.kora.cdc.schema;

/** An entry of the WAL topic that is no mutation: it speaks about the log itself. */
public enum Control implements WalEntry.Content {
    /** The truncation marker that {@link WalWriter#truncate()} appends. */
    TRUNCATE,
    /** Moves event time on while a shard is quiet. */
    HEARTBEAT,
    /** The first entry of a new epoch. */
    WRITER_OPENED
}
