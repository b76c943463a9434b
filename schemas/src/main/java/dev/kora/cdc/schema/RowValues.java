package dev.kora.cdc.schema;

/** What the records of rows leave to the reader. */
final class RowValues {
    private RowValues() {}

    /** The value of a key of type string. */
    static Bytes string(SnapshotRow.Key row) {
        Bytes value = row.value();
        if (value == null) {
            throw new IllegalArgumentException("a key of type string has no value: " + row.key());
        }
        return value;
    }
}
