package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns snapshot rows into the values of the snapshot topic and back. Thread-safe. Their Kafka keys are the {@link RowKeys}.
 *
 * <p>A value is the registry's wire format around Avro binary in {@link Schemas#SNAPSHOT_ROW}. Encoding and decoding values
 * of our own schema need neither reflection nor generic records. Values of other versions are resolved by Avro's rules.
 */
public final class SnapshotRowCodec {
    /** The nullable fields behind the time of the last change, which only checkpoints have. */
    private static final int CHECKPOINT_FIELDS = 15;

    /** The last of them, which only checkpoints behind a skip have. */
    private static final int SKIP_FIELDS = 7;

    /** Everything but the byte strings: the framing, kind and type, 13 numbers, 24 branches, 5 lengths. */
    static final int FIXED_SIZE = Framing.SIZE + 2 * 16 + 13 * AvroOut.MAX_LONG_SIZE + 24 + 5 * AvroOut.MAX_LENGTH_SIZE;

    private final int schemaId;
    private final WriterSchemas schemas;

    /**
     * @param schemaId the registry's id of {@link Schemas#SNAPSHOT_ROW}, which encoded values carry
     * @param source knows the schemas of values with other ids
     */
    public SnapshotRowCodec(int schemaId, SchemaSource source) {
        this.schemaId = schemaId;
        this.schemas = new WriterSchemas(schemaId, Schemas.SNAPSHOT_ROW, source);
    }

    /** The id that encoded values carry. */
    public int schemaId() {
        return schemaId;
    }

    /** The value of a row. */
    public Bytes encode(SnapshotRow row) {
        ByteBuffer into = ByteBuffer.allocate(maxEncodedSize(row));
        encode(row, into);
        return Bytes.of(Arrays.copyOf(into.array(), into.position()));
    }

    /** An upper bound of the bytes that {@link #encode} writes for this row. */
    public static int maxEncodedSize(SnapshotRow row) {
        long size = FIXED_SIZE
                + switch (row) {
                    case SnapshotRow.Key r -> {
                        Bytes value = r.value();
                        yield (long) r.key().length() + (value == null ? 0 : value.length());
                    }
                    case SnapshotRow.ListItem r ->
                        (long) r.key().length() + r.item().length();
                    case SnapshotRow.HashField r ->
                        (long) r.key().length() + r.field().length() + r.value().length();
                    case SnapshotRow.SetMember r ->
                        (long) r.key().length() + r.member().length();
                    case SnapshotRow.Collection r -> (long) r.collection().length();
                    case SnapshotRow.Document r ->
                        (long) r.collection().length()
                                + r.docId().length()
                                + r.json().length();
                    case SnapshotRow.VectorIndex r -> (long) r.key().length();
                    case SnapshotRow.Vector r ->
                        (long) r.key().length() + Long.BYTES + r.vector().length();
                    case SnapshotRow.Checkpoint r ->
                        (long) Bytes.utf8(r.walTopicId()).length() + maxEncodedSize(r.skips());
                };
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    private static int maxEncodedSize(SnapshotRow.@Nullable Skips skips) {
        return skips == null
                ? 0
                : SKIP_FIELDS * AvroOut.MAX_LONG_SIZE
                        + Bytes.utf8(skips.reason()).length();
    }

    /**
     * Writes the value of a row at the buffer's position and moves it behind.
     *
     * @throws java.nio.BufferOverflowException there is no room; the position is then anywhere
     */
    public void encode(SnapshotRow row, ByteBuffer into) {
        Framing.put(schemaId, into);
        AvroOut.putBytes(WireNames.of(RowKind.of(row)), into);
        AvroOut.putBytes(WireNames.of(ValueType.of(row)), into);
        switch (row) {
            case SnapshotRow.Key r -> putKey(r, into);
            case SnapshotRow.ListItem r -> putListItem(r, into);
            case SnapshotRow.HashField r -> putElement(r.key(), r.field(), r.value(), r, into);
            case SnapshotRow.SetMember r -> putSetMember(r, into);
            case SnapshotRow.Collection r -> putCollection(r, into);
            case SnapshotRow.Document r -> putDocument(r, into);
            case SnapshotRow.VectorIndex r -> putVectorIndex(r, into);
            case SnapshotRow.Vector r -> putElement(r.key(), id(r.id()), r.vector(), r, into);
            case SnapshotRow.Checkpoint r -> putCheckpoint(r, into);
        }
    }

    private static void putKey(SnapshotRow.Key row, ByteBuffer into) {
        boolean string = row.type() == ValueType.STRING;
        boolean list = row.type() == ValueType.LIST;
        AvroOut.putBytes(row.key(), into);
        AvroOut.putNulls(2, into);
        putIf(string, row, into);
        AvroOut.putNulls(2, into);
        putIf(!string, row.size(), into);
        putIf(list, row.head(), into);
        putIf(list, row.tail(), into);
        putIf(row.expiresAtMs() != SnapshotRow.NO_EXPIRY, row.expiresAtMs(), into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    private static void putIf(boolean string, SnapshotRow.Key row, ByteBuffer into) {
        if (string) {
            AvroOut.putNullable(RowValues.string(row), into);
        } else {
            AvroOut.putNulls(1, into);
        }
    }

    private static void putIf(boolean present, long value, ByteBuffer into) {
        if (present) {
            AvroOut.putNullable(value, into);
        } else {
            AvroOut.putNulls(1, into);
        }
    }

    private static void putListItem(SnapshotRow.ListItem row, ByteBuffer into) {
        AvroOut.putBytes(row.key(), into);
        AvroOut.putNulls(1, into);
        AvroOut.putNullable(row.index(), into);
        AvroOut.putNullable(row.item(), into);
        AvroOut.putNulls(6, into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    /** A hash field or a vector. */
    private static void putElement(Bytes key, Bytes element, Bytes value, SnapshotRow row, ByteBuffer into) {
        AvroOut.putBytes(key, into);
        AvroOut.putNullable(element, into);
        AvroOut.putNulls(1, into);
        AvroOut.putNullable(value, into);
        AvroOut.putNulls(6, into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    private static void putSetMember(SnapshotRow.SetMember row, ByteBuffer into) {
        AvroOut.putBytes(row.key(), into);
        AvroOut.putNullable(row.member(), into);
        AvroOut.putNulls(8, into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    private static void putCollection(SnapshotRow.Collection row, ByteBuffer into) {
        AvroOut.putBytes(row.collection(), into);
        AvroOut.putNulls(9, into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    private static void putDocument(SnapshotRow.Document row, ByteBuffer into) {
        AvroOut.putBytes(row.collection(), into);
        AvroOut.putNullable(row.docId(), into);
        AvroOut.putNulls(2, into);
        AvroOut.putNullable(row.json(), into);
        AvroOut.putNulls(5, into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    private static void putVectorIndex(SnapshotRow.VectorIndex row, ByteBuffer into) {
        AvroOut.putBytes(row.key(), into);
        AvroOut.putNulls(4, into);
        AvroOut.putNullable(Integer.toUnsignedLong(row.dimensions()), into);
        AvroOut.putNullable(row.size(), into);
        AvroOut.putNulls(3, into);
        putStamp(row, into);
        AvroOut.putNulls(CHECKPOINT_FIELDS, into);
    }

    private static void putCheckpoint(SnapshotRow.Checkpoint row, ByteBuffer into) {
        AvroOut.putBytes(Bytes.EMPTY, into);
        AvroOut.putNulls(5, into);
        AvroOut.putNullable(row.keys(), into);
        AvroOut.putNulls(3, into);
        putStamp(row, into);
        AvroOut.putNullable(row.position(), into);
        AvroOut.putNullable(row.leaderEpoch(), into);
        AvroOut.putNullable(Bytes.utf8(row.walTopicId()), into);
        AvroOut.putNullable(row.epoch(), into);
        putOffset(row.marker(), into);
        putOffset(row.truncatedTo(), into);
        AvroOut.putNullable(row.rows(), into);
        AvroOut.putNullable(row.digest(), into);
        putSkips(row.skips(), into);
    }

    private static void putSkips(SnapshotRow.@Nullable Skips skips, ByteBuffer into) {
        if (skips == null) {
            AvroOut.putNulls(SKIP_FIELDS, into);
            return;
        }
        AvroOut.putNullable(skips.count(), into);
        AvroOut.putNullable(skips.offset(), into);
        AvroOut.putNullable(skips.epoch(), into);
        AvroOut.putNullable(skips.sequence(), into);
        AvroOut.putNullable(skips.unread(), into);
        AvroOut.putNullable(Bytes.utf8(skips.reason()), into);
        AvroOut.putNullable(skips.atMs(), into);
    }

    private static void putOffset(@Nullable Long offset, ByteBuffer into) {
        if (offset == null) {
            AvroOut.putNulls(1, into);
        } else {
            AvroOut.putNullable(offset, into);
        }
    }

    private static void putStamp(SnapshotRow row, ByteBuffer into) {
        AvroOut.putLong(row.sequence(), into);
        AvroOut.putLong(row.updatedAtMs(), into);
    }

    private static Bytes id(long id) {
        return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
    }

    /**
     * Reads a row. The message of a failure says what is wrong with the bytes; the caller adds where they stand.
     *
     * @param rowKey the Kafka key
     * @throws CdcException.Corrupt the bytes are no row, not the row of this key, or of a version that this one cannot read
     * @throws CdcException.Unavailable the row's schema is unknown here and the registry cannot be asked: try again
     */
    public SnapshotRow decode(Bytes rowKey, Bytes value) {
        AvroIn in = new AvroIn(value);
        int id = in.schemaId();
        RowFields fields = schemas.isOwn(id) ? RowFields.read(in) : RowFields.of(schemas.read(id, in));
        SnapshotRow row = fields.row();
        Bytes expected = RowKeys.of(row);
        if (!expected.equals(rowKey)) {
            throw new CdcException.Corrupt(
                    "a row stands under the row key %s, but its own is %s".formatted(rowKey, expected));
        }
        return row;
    }

    /**
     * Makes sure that the registry still gives a value's id to the schema that the record's header names. Without the
     * header there is nothing to compare.
     *
     * @throws CdcException.Corrupt the id now belongs to another schema
     */
    public void checkFingerprint(Bytes value, Map<String, Bytes> headers) {
        int id = new AvroIn(value).schemaId();
        SchemaFingerprint.check(headers, id, schemas);
    }

    /** Takes a value apart as far as that goes, whether or not it is a row. */
    public ValueAnatomy takeApart(Bytes value) {
        return ValueAnatomy.of(value, schemas::schema);
    }
}
