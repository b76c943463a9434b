package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** The fields of one {@code dev.kora.cdc.WalEntry} as they stand in its bytes, before they are taken for a record. */
final class WalFields {
    /** Bits for the fields that may be null. */
    static final int VALUE = 1;

    static final int ELEMENTS = 2;
    static final int COLLECTION = 4;
    static final int DOC_ID = 8;
    static final int DIMENSIONS = 16;
    static final int EXPIRES_AT = 32;

    private static final String[] NAMES = {"value", "elements", "collection", "doc_id", "dimensions", "expires_at"};

    private final Op op;
    private final long epoch;
    private final long sequence;
    private int present;
    private Bytes value = Bytes.EMPTY;
    private List<Bytes> elements = List.of();
    private Bytes collection = Bytes.EMPTY;
    private Bytes docId = Bytes.EMPTY;
    private long dimensions;
    private long expiresAt;

    private WalFields(Op op, long epoch, long sequence) {
        this.op = op;
        this.epoch = epoch;
        this.sequence = sequence;
    }

    /** Reads a value in our own schema, to its end. */
    static WalFields read(AvroIn in) {
        WalFields fields = new WalFields(Op.read(in), in.readLong("epoch"), in.readLong("sequence"));
        fields.readNullables(in);
        in.end();
        return fields;
    }

    private void readNullables(AvroIn in) {
        if (has(in, VALUE, "value")) {
            value = in.readBytes("value");
        }
        if (has(in, ELEMENTS, "elements")) {
            elements = readElements(in, maxElements());
        }
        if (has(in, COLLECTION, "collection")) {
            collection = in.readBytes("collection");
        }
        if (has(in, DOC_ID, "doc_id")) {
            docId = in.readBytes("doc_id");
        }
        if (has(in, DIMENSIONS, "dimensions")) {
            dimensions = in.readLong("dimensions");
        }
        if (has(in, EXPIRES_AT, "expires_at")) {
            expiresAt = in.readLong("expires_at");
        }
    }

    private boolean has(AvroIn in, int bit, String field) {
        boolean has = in.readPresent(field);
        if (has) {
            present |= bit;
        }
        return has;
    }

    private static List<Bytes> readElements(AvroIn in, int limit) {
        AvroIn.Block block = in.readBlock("elements", limit);
        List<Bytes> elements = new ArrayList<>(block.count());
        while (block.count() > 0) {
            for (int i = 0; i < block.count(); i++) {
                elements.add(in.readBytes("elements"));
            }
            in.endBlock(block, "elements");
            block = in.readBlock("elements", limit - elements.size());
        }
        return elements;
    }

    /** Takes the fields of a record that Avro has resolved to our own schema. */
    static WalFields of(GenericRecord record) {
        WalFields fields = new WalFields(
                Op.ofName(record.get("op").toString()), (Long) record.get("epoch"), (Long) record.get("sequence"));
        fields.value = fields.bytes(record.get("value"), VALUE);
        fields.elements = fields.elements((List<?>) record.get("elements"));
        fields.collection = fields.bytes(record.get("collection"), COLLECTION);
        fields.docId = fields.bytes(record.get("doc_id"), DOC_ID);
        fields.dimensions = fields.number((Long) record.get("dimensions"), DIMENSIONS);
        fields.expiresAt = fields.number((Long) record.get("expires_at"), EXPIRES_AT);
        return fields;
    }

    private Bytes bytes(@Nullable Object field, int bit) {
        if (field == null) {
            return Bytes.EMPTY;
        }
        present |= bit;
        return AvroValues.bytes((ByteBuffer) field);
    }

    private List<Bytes> elements(@Nullable List<?> field) {
        if (field == null) {
            return List.of();
        }
        present |= ELEMENTS;
        if (field.size() > maxElements()) {
            throw new CdcException.Corrupt(
                    "'elements' has %d elements, where the limit is %d".formatted(field.size(), maxElements()));
        }
        return field.stream().map(e -> AvroValues.bytes((ByteBuffer) e)).toList();
    }

    private long number(@Nullable Long field, int bit) {
        if (field == null) {
            return 0;
        }
        present |= bit;
        return field;
    }

    private int maxElements() {
        return op == Op.HSET ? 2 * Limits.ELEMENTS : Limits.ELEMENTS;
    }

    /**
     * The entry that these fields spell.
     *
     * @throws CdcException.Corrupt they do not fit the op or the Kafka key
     */
    WalEntry entry(@Nullable Bytes kafkaKey, long timeMs) {
        checkFields();
        return new WalEntry(epoch, sequence, timeMs, content(kafkaKey, timeMs));
    }

    private void checkFields() {
        int missing = op.required & ~present;
        if (missing != 0) {
            throw new CdcException.Corrupt("%s lacks the field '%s'".formatted(op, name(missing)));
        }
        int foreign = present & ~(op.required | op.optional);
        if (foreign != 0) {
            throw new CdcException.Corrupt(
                    "%s has the field '%s', which it never carries".formatted(op, name(foreign)));
        }
    }

    private static String name(int bits) {
        return NAMES[Integer.numberOfTrailingZeros(bits)];
    }

    private WalEntry.Content content(@Nullable Bytes kafkaKey, long timeMs) {
        return switch (op) {
            case SET -> new WalRecord.Set(key(kafkaKey), value, (present & EXPIRES_AT) == 0 ? null : ttlMs(timeMs));
            case DEL -> new WalRecord.Del(key(kafkaKey));
            case EXPIRE -> new WalRecord.Expire(key(kafkaKey), ttlMs(timeMs));
            case LPUSH -> new WalRecord.LPush(key(kafkaKey), elements);
            case RPUSH -> new WalRecord.RPush(key(kafkaKey), elements);
            case HSET -> new WalRecord.HSet(key(kafkaKey), fields());
            case SADD -> new WalRecord.SAdd(key(kafkaKey), elements);
            case VEC_SET -> new WalRecord.VecSet(key(kafkaKey), AvroValues.unsignedInt(dimensions), value);
            case VEC_DEL -> new WalRecord.VecDel(key(kafkaKey));
            case DOC_SET -> documentAt(kafkaKey, new WalRecord.DocSet(collection, docId, value));
            case DOC_DEL -> documentAt(kafkaKey, new WalRecord.DocDel(collection, docId));
            case FLUSHDB -> keyless(kafkaKey, new WalRecord.FlushDb());
            case TRUNCATE -> keyless(kafkaKey, Control.TRUNCATE);
            case HEARTBEAT -> keyless(kafkaKey, Control.HEARTBEAT);
            case WRITER_OPENED -> keyless(kafkaKey, Control.WRITER_OPENED);
        };
    }

    private Bytes key(@Nullable Bytes kafkaKey) {
        if (kafkaKey == null) {
            throw new CdcException.Corrupt(op + " has no Kafka key, where the record's key belongs");
        }
        return kafkaKey;
    }

    private WalRecord documentAt(@Nullable Bytes kafkaKey, WalRecord record) {
        if (!KafkaKeys.document(collection, docId).equals(kafkaKey)) {
            throw new CdcException.Corrupt("%s has the Kafka key %s, which is not that of document %s in collection %s"
                    .formatted(op, kafkaKey, docId, collection));
        }
        return record;
    }

    private WalEntry.Content keyless(@Nullable Bytes kafkaKey, WalEntry.Content content) {
        if (kafkaKey != null) {
            throw new CdcException.Corrupt("%s has the Kafka key %s, where none belongs".formatted(op, kafkaKey));
        }
        return content;
    }

    private long ttlMs(long timeMs) {
        if (expiresAt == Long.MAX_VALUE) {
            return -1L;
        }
        return expiresAt <= timeMs ? 0 : expiresAt - timeMs;
    }

    private List<WalRecord.Field> fields() {
        if (elements.size() % 2 != 0) {
            throw new CdcException.Corrupt(
                    "HSET has %d elements, which is no number of fields with a value each".formatted(elements.size()));
        }
        List<WalRecord.Field> fields = new ArrayList<>(elements.size() / 2);
        for (int i = 0; i < elements.size(); i += 2) {
            fields.add(new WalRecord.Field(elements.get(i), elements.get(i + 1)));
        }
        return fields;
    }
}
