package dev.kora.cdc.schema;

import java.util.Locale;

/** The kinds of rows; the first byte of a row key tells them apart. */
public enum RowKind {
    KEY('k'),
    LIST_ITEM('l'),
    HASH_FIELD('h'),
    SET_MEMBER('s'),
    COLLECTION('c'),
    DOCUMENT('d'),
    VECTOR_INDEX('v'),
    VECTOR('w'),
    CHECKPOINT('!');

    private final byte prefix;
    private final String text;

    RowKind(char prefix) {
        this.prefix = (byte) prefix;
        this.text = name().toLowerCase(Locale.ROOT);
    }

    /** The first byte of every row key of this kind. */
    public byte prefix() {
        return prefix;
    }

    /** The lower-case name, as it stands in the snapshot topic: {@code hash_field}. */
    public String text() {
        return text;
    }

    /**
     * The kind of row keys that begin with {@code prefix}.
     *
     * @throws CdcException.Corrupt no kind has this prefix
     */
    public static RowKind ofPrefix(byte prefix) {
        return switch (prefix) {
            case 'k' -> KEY;
            case 'l' -> LIST_ITEM;
            case 'h' -> HASH_FIELD;
            case 's' -> SET_MEMBER;
            case 'c' -> COLLECTION;
            case 'd' -> DOCUMENT;
            case 'v' -> VECTOR_INDEX;
            case 'w' -> VECTOR;
            case '!' -> CHECKPOINT;
            default -> throw new CdcException.Corrupt("no row kind begins with the byte 0x%02x".formatted(prefix));
        };
    }

    /**
     * The kind with this lower-case name.
     *
     * @throws CdcException.Corrupt no kind has this name
     */
    public static RowKind ofText(String text) {
        for (RowKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new CdcException.Corrupt("unknown row kind '" + Bytes.utf8(text) + "'");
    }

    /** The kind of a row. */
    public static RowKind of(SnapshotRow row) {
        return switch (row) {
            case SnapshotRow.Key r -> KEY;
            case SnapshotRow.ListItem r -> LIST_ITEM;
            case SnapshotRow.HashField r -> HASH_FIELD;
            case SnapshotRow.SetMember r -> SET_MEMBER;
            case SnapshotRow.Collection r -> COLLECTION;
            case SnapshotRow.Document r -> DOCUMENT;
            case SnapshotRow.VectorIndex r -> VECTOR_INDEX;
            case SnapshotRow.Vector r -> VECTOR;
            case SnapshotRow.Checkpoint r -> CHECKPOINT;
        };
    }
}
