package dev.kora.cdc.schema;

/** What an entry can carry; beyond it, an append is refused and nothing is lost of what came before. */
public final class Limits {
    /** The encoded record, in bytes. */
    public static final int RECORD_BYTES = 8 * 1024 * 1024;
    /** A key, field, member, collection name, document id: in bytes. */
    public static final int KEY_BYTES = 64 * 1024;
    /** Values, members or field-value pairs of one record. */
    public static final int ELEMENTS = 65_536;
    /** Nesting of a JSON document; Kora's parser refuses the 128th level. */
    public static final int JSON_DEPTH = 127;
    /** {@code max.message.bytes} of both topics: a record and what frames it. */
    public static final int MESSAGE_BYTES = RECORD_BYTES + 64 * 1024;

    /** Why an entry was skipped, in characters. */
    public static final int SKIP_REASON_LENGTH = 500;

    private Limits() {}

    /**
     * Makes sure that a record can be carried: its own entry, and the rows that it leads to.
     *
     * <p>A document may grow when it is normalised; the fold checks that row by {@link #fits}.
     *
     * @throws CdcException.Invalid it is beyond a limit; the message names the field, its size and the limit
     */
    public static void check(WalRecord record) {
        RecordLimits.check(record);
    }

    /** Whether a row, with its row key, is within the limit of a record. */
    public static boolean fits(SnapshotRow row) {
        return (long) RowKeys.of(row).length() + SnapshotRowCodec.maxEncodedSize(row) <= RECORD_BYTES;
    }
}
