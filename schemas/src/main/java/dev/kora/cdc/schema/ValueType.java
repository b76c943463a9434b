package dev.kora.cdc.schema;

import java.util.Locale;

/** The structure that a row belongs to; its lower-case name stands in the snapshot topic. */
public enum ValueType {
    STRING,
    LIST,
    HASH,
    SET,
    COLLECTION,
    DOCUMENT,
    VECTOR,
    CHECKPOINT;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The lower-case name, as it stands in the snapshot topic. */
    public String text() {
        return text;
    }

    /**
     * The type with this lower-case name.
     *
     * @throws CdcException.Corrupt no type has this name
     */
    public static ValueType ofText(String text) {
        for (ValueType type : values()) {
            if (type.text.equals(text)) {
                return type;
            }
        }
        throw new CdcException.Corrupt("unknown type '" + Bytes.utf8(text) + "'");
    }

    /** The structure that a row belongs to. */
    public static ValueType of(SnapshotRow row) {
        return switch (row) {
            case SnapshotRow.Key r -> r.type();
            case SnapshotRow.ListItem r -> LIST;
            case SnapshotRow.HashField r -> HASH;
            case SnapshotRow.SetMember r -> SET;
            case SnapshotRow.Collection r -> COLLECTION;
            case SnapshotRow.Document r -> DOCUMENT;
            case SnapshotRow.VectorIndex r -> VECTOR;
            case SnapshotRow.Vector r -> VECTOR;
            case SnapshotRow.Checkpoint r -> CHECKPOINT;
        };
    }
}
