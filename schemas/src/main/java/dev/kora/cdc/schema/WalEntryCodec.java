package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns WAL entries into the keys and values of the WAL topic and back. Thread-safe.
 *
 * <p>A value is the registry's wire format around Avro binary in {@link Schemas#WAL_ENTRY}. The record's key stands in the
 * Kafka key alone ({@link KafkaKeys}), the time in the Kafka timestamp. A time to live becomes absolute on the way in, and
 * relative to the entry's time on the way out, where a saturated one is the largest unsigned 64-bit number.
 *
 * <p>Encoding and decoding values of our own schema need neither reflection nor generic records, and encoding allocates
 * nothing. Values of other versions of the schema are resolved by Avro's rules.
 */
public final class WalEntryCodec {
    private static final int FIXED_SIZE = Framing.SIZE
            + AvroOut.MAX_LENGTH_SIZE
            + WireNames.MAX_OP_SIZE
            + 2 * AvroOut.MAX_LONG_SIZE
            + 6 // branches of the nullable fields
            + 2 * AvroOut.MAX_LENGTH_SIZE // value or collection, doc id
            + 2 * AvroOut.MAX_LONG_SIZE; // dimensions, expires_at; the blocks of an array

    private final int schemaId;
    private final WriterSchemas schemas;

    /**
     * @param schemaId the registry's id of {@link Schemas#WAL_ENTRY}, which encoded values carry
     * @param source knows the schemas of values with other ids
     */
    public WalEntryCodec(int schemaId, SchemaSource source) {
        this.schemaId = schemaId;
        this.schemas = new WriterSchemas(schemaId, Schemas.WAL_ENTRY, source);
    }

    /** The id that encoded values carry. */
    public int schemaId() {
        return schemaId;
    }

    /** An upper bound of the bytes that {@link #encode} writes for this content. */
    public static int maxEncodedSize(WalEntry.Content content) {
        long size = FIXED_SIZE
                + switch (content) {
                    case WalRecord.Set r -> r.value().length();
                    case WalRecord.LPush r -> elementsSize(r.values());
                    case WalRecord.RPush r -> elementsSize(r.values());
                    case WalRecord.SAdd r -> elementsSize(r.members());
                    case WalRecord.HSet r -> fieldsSize(r.fields());
                    case WalRecord.DocSet r ->
                        AvroOut.MAX_LENGTH_SIZE
                                + (long) r.collection().length()
                                + r.docId().length()
                                + r.json().length();
                    case WalRecord.DocDel r ->
                        (long) r.collection().length() + r.docId().length();
                    case WalRecord.VecSet r -> r.vector().length();
                    case WalRecord.Del r -> 0L;
                    case WalRecord.Expire r -> 0L;
                    case WalRecord.FlushDb r -> 0L;
                    case WalRecord.VecDel r -> 0L;
                    case Control r -> 0L;
                };
        return (int) Math.min(size, Integer.MAX_VALUE);
    }

    private static long elementsSize(List<Bytes> elements) {
        long size = 0;
        for (int i = 0; i < elements.size(); i++) {
            size += AvroOut.MAX_LENGTH_SIZE + elements.get(i).length();
        }
        return size;
    }

    private static long fieldsSize(List<WalRecord.Field> fields) {
        long size = 0;
        for (int i = 0; i < fields.size(); i++) {
            WalRecord.Field field = fields.get(i);
            size += 2 * AvroOut.MAX_LENGTH_SIZE
                    + (long) field.field().length()
                    + field.value().length();
        }
        return size;
    }

    /**
     * Writes the value of an entry at the buffer's position and moves it behind. Allocates nothing.
     *
     * @param timeMs the entry's time, which also becomes the Kafka timestamp
     * @param into of any kind and byte order, with room for {@link #maxEncodedSize}
     * @throws java.nio.BufferOverflowException there is no room; the position is then anywhere
     */
    public void encode(long epoch, long sequence, long timeMs, WalEntry.Content content, ByteBuffer into) {
        Framing.put(schemaId, into);
        AvroOut.putBytes(WireNames.of(Op.of(content)), into);
        AvroOut.putLong(epoch, into);
        AvroOut.putLong(sequence, into);
        switch (content) {
            case WalRecord.Set r -> putSet(r, timeMs, into);
            case WalRecord.Expire r -> {
                AvroOut.putNulls(5, into);
                AvroOut.putNullable(WalEntry.expiresAtMs(timeMs, r.ttlMs()), into);
            }
            case WalRecord.LPush r -> putElements(r.values(), into);
            case WalRecord.RPush r -> putElements(r.values(), into);
            case WalRecord.SAdd r -> putElements(r.members(), into);
            case WalRecord.HSet r -> putFields(r.fields(), into);
            case WalRecord.DocSet r -> {
                AvroOut.putNullable(r.json(), into);
                putDocument(1, r.collection(), r.docId(), into);
            }
            case WalRecord.DocDel r -> putDocument(2, r.collection(), r.docId(), into);
            case WalRecord.VecSet r -> putVector(r, into);
            case WalRecord.Del r -> AvroOut.putNulls(6, into);
            case WalRecord.FlushDb r -> AvroOut.putNulls(6, into);
            case WalRecord.VecDel r -> AvroOut.putNulls(6, into);
            case Control r -> AvroOut.putNulls(6, into);
        }
    }

    private static void putSet(WalRecord.Set set, long timeMs, ByteBuffer into) {
        AvroOut.putNullable(set.value(), into);
        AvroOut.putNulls(4, into);
        Long ttlMs = set.ttlMs();
        if (ttlMs == null) {
            AvroOut.putNulls(1, into);
        } else {
            AvroOut.putNullable(WalEntry.expiresAtMs(timeMs, ttlMs), into);
        }
    }

    private static void putElements(List<Bytes> elements, ByteBuffer into) {
        AvroOut.putNulls(1, into);
        AvroOut.putPresent(into);
        if (!elements.isEmpty()) {
            AvroOut.putLong(elements.size(), into);
            for (int i = 0; i < elements.size(); i++) {
                AvroOut.putBytes(elements.get(i), into);
            }
        }
        AvroOut.putLong(0, into);
        AvroOut.putNulls(4, into);
    }

    private static void putFields(List<WalRecord.Field> fields, ByteBuffer into) {
        AvroOut.putNulls(1, into);
        AvroOut.putPresent(into);
        if (!fields.isEmpty()) {
            AvroOut.putLong(2L * fields.size(), into);
            for (int i = 0; i < fields.size(); i++) {
                AvroOut.putBytes(fields.get(i).field(), into);
                AvroOut.putBytes(fields.get(i).value(), into);
            }
        }
        AvroOut.putLong(0, into);
        AvroOut.putNulls(4, into);
    }

    private static void putDocument(int nullsBefore, Bytes collection, Bytes docId, ByteBuffer into) {
        AvroOut.putNulls(nullsBefore, into);
        AvroOut.putNullable(collection, into);
        AvroOut.putNullable(docId, into);
        AvroOut.putNulls(2, into);
    }

    private static void putVector(WalRecord.VecSet set, ByteBuffer into) {
        AvroOut.putNullable(set.vector(), into);
        AvroOut.putNulls(3, into);
        AvroOut.putNullable(Integer.toUnsignedLong(set.dimensions()), into);
        AvroOut.putNulls(1, into);
    }

    /** The value of an entry. */
    public Bytes encode(WalEntry entry) {
        ByteBuffer into = ByteBuffer.allocate(maxEncodedSize(entry.content()));
        encode(entry.epoch(), entry.sequence(), entry.timeMs(), entry.content(), into);
        return Bytes.of(Arrays.copyOf(into.array(), into.position()));
    }

    /**
     * Reads an entry. The message of a failure says what is wrong with the bytes; the caller adds where they stand.
     *
     * @param kafkaKey becomes the record's key, sharing its bytes
     * @param timestampMs Kafka's timestamp: the entry's time
     * @throws CdcException.Corrupt the bytes are no entry, or one of a version that this one cannot read
     * @throws CdcException.Unavailable the entry's schema is unknown here and the registry cannot be asked: try again
     */
    public WalEntry decode(@Nullable Bytes kafkaKey, Bytes value, long timestampMs) {
        AvroIn in = new AvroIn(value);
        int id = in.schemaId();
        WalFields fields = schemas.isOwn(id) ? WalFields.read(in) : WalFields.of(schemas.read(id, in));
        return fields.entry(kafkaKey, timestampMs);
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

    /** Takes a value apart as far as that goes, whether or not it is an entry. */
    public ValueAnatomy takeApart(Bytes value) {
        return ValueAnatomy.of(value, schemas::schema);
    }
}
