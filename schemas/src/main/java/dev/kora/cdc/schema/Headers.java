package dev.kora.cdc.schema;

/** Names of the Kafka headers that our records carry. */
public final class Headers {
    /** Tombstone: the {@link RowKind#text()} of the row that went. */
    public static final String KIND = "kind";
    /** Tombstone: the lower-case {@link ValueType} of the row that went. */
    public static final String TYPE = "type";
    /** Tombstone: the {@link Tombstone.Reason}. */
    public static final String REASON = "reason";
    /** Tombstone: the sequence of the entry that removed the row, in decimal digits. */
    public static final String SEQUENCE = "sequence";
    /** {@code WRITER_OPENED}, the last entry of a shard in a transaction, and checkpoints: the {@link SchemaFingerprint}. */
    public static final String SCHEMA_FINGERPRINT = "schema_fingerprint";
    /** Last entry of a shard in a transaction: where the source stood; its bytes mean something to the source alone. */
    public static final String SOURCE_POSITION = "source_position";

    private Headers() {}
}
