package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/** The fields of one {@code dev.kora.cdc.SnapshotRow} as they stand in its bytes, before they are taken for a row. */
final class RowFields {
    /** The fields that may be null, in the order of the schema; the others stand around {@link #EXPIRES_AT}. */
    private static final String[] NAMES = {
        "element",
        "index",
        "value",
        "json",
        "dimensions",
        "size",
        "head",
        "tail",
        "expires_at",
        "position",
        "leader_epoch",
        "wal_topic_id",
        "epoch",
        "marker",
        "truncated_to",
        "rows",
        "digest",
        "skips",
        "skipped_offset",
        "skipped_epoch",
        "skipped_sequence",
        "skipped_unread",
        "skipped_reason",
        "skipped_at"
    };

    private static final int ELEMENT = 0;
    private static final int INDEX = 1;
    private static final int VALUE = 2;
    private static final int JSON = 3;
    private static final int DIMENSIONS = 4;
    private static final int SIZE = 5;
    private static final int HEAD = 6;
    private static final int TAIL = 7;
    private static final int EXPIRES_AT = 8;
    private static final int POSITION = 9;
    private static final int LEADER_EPOCH = 10;
    private static final int WAL_TOPIC_ID = 11;
    private static final int EPOCH = 12;
    private static final int MARKER = 13;
    private static final int TRUNCATED_TO = 14;
    private static final int ROWS = 15;
    private static final int DIGEST = 16;
    private static final int SKIPS = 17;
    private static final int SKIPPED_OFFSET = 18;
    private static final int SKIPPED_EPOCH = 19;
    private static final int SKIPPED_SEQUENCE = 20;
    private static final int SKIPPED_UNREAD = 21;
    private static final int SKIPPED_REASON = 22;
    private static final int SKIPPED_AT = 23;

    private final RowKind kind;
    private final ValueType type;
    private final Bytes key;
    private long sequence;
    private long updatedAt;

    /** Which nullable fields are set, by bit, and what they hold: a number, or bytes where the field has bytes or text. */
    private int present;

    private final long[] numbers = new long[NAMES.length];
    private final Bytes[] bytes = new Bytes[JSON + 1];
    private String walTopicId = "";
    private String skippedReason = "";

    private RowFields(String kind, String type, Bytes key) {
        this.kind = RowKind.ofText(kind);
        this.type = ValueType.ofText(type);
        this.key = key;
    }

    /** Reads a value in our own schema, to its end. */
    static RowFields read(AvroIn in) {
        RowFields fields =
                new RowFields(in.readBytes("kind").text(), in.readBytes("type").text(), in.readBytes("key"));
        for (int field = ELEMENT; field <= EXPIRES_AT; field++) {
            fields.readNullable(field, in);
        }
        fields.sequence = in.readLong("sequence");
        fields.updatedAt = in.readLong("updated_at");
        for (int field = POSITION; field <= SKIPPED_AT; field++) {
            fields.readNullable(field, in);
        }
        in.end();
        return fields;
    }

    private void readNullable(int field, AvroIn in) {
        String name = NAMES[field];
        if (!in.readPresent(name)) {
            return;
        }
        present |= 1 << field;
        switch (field) {
            case ELEMENT, VALUE, JSON -> bytes[field] = in.readBytes(name);
            case WAL_TOPIC_ID -> walTopicId = in.readBytes(name).text();
            case SKIPPED_REASON -> skippedReason = in.readBytes(name).text();
            case LEADER_EPOCH -> numbers[field] = in.readInt(name);
            default -> numbers[field] = in.readLong(name);
        }
    }

    /** Takes the fields of a record that Avro has resolved to our own schema. */
    static RowFields of(GenericRecord record) {
        RowFields fields = new RowFields(
                record.get("kind").toString(), record.get("type").toString(), AvroValues.bytes((ByteBuffer)
                        record.get("key")));
        fields.sequence = (Long) record.get("sequence");
        fields.updatedAt = (Long) record.get("updated_at");
        for (int field = 0; field < NAMES.length; field++) {
            fields.set(field, record.get(NAMES[field]));
        }
        return fields;
    }

    private void set(int field, @Nullable Object value) {
        if (value == null) {
            return;
        }
        present |= 1 << field;
        if (field == WAL_TOPIC_ID) {
            walTopicId = value.toString();
        } else if (field == SKIPPED_REASON) {
            skippedReason = value.toString();
        } else if (value instanceof Number number) {
            numbers[field] = number.longValue();
        } else if (value instanceof ByteBuffer buffer) {
            bytes[field] = AvroValues.bytes(buffer);
        } else {
            bytes[field] = AvroValues.bytes((Utf8) value);
        }
    }

    /**
     * The row that these fields spell.
     *
     * @throws CdcException.Corrupt they do not fit the kind and type
     */
    SnapshotRow row() {
        SnapshotRow row = build();
        if (ValueType.of(row) != type) {
            throw new CdcException.Corrupt("a row of kind %s has the type %s".formatted(kind.text(), type.text()));
        }
        return row;
    }

    private SnapshotRow build() {
        return switch (kind) {
            case KEY -> key();
            case LIST_ITEM -> {
                allow(INDEX, VALUE);
                yield new SnapshotRow.ListItem(key, number(INDEX), bytes(VALUE), sequence, updatedAt);
            }
            case HASH_FIELD -> {
                allow(ELEMENT, VALUE);
                yield new SnapshotRow.HashField(key, bytes(ELEMENT), bytes(VALUE), sequence, updatedAt);
            }
            case SET_MEMBER -> {
                allow(ELEMENT);
                yield new SnapshotRow.SetMember(key, bytes(ELEMENT), sequence, updatedAt);
            }
            case COLLECTION -> {
                allow();
                yield new SnapshotRow.Collection(key, sequence, updatedAt);
            }
            case DOCUMENT -> {
                allow(ELEMENT, JSON);
                yield new SnapshotRow.Document(key, bytes(ELEMENT), bytes(JSON), sequence, updatedAt);
            }
            case VECTOR_INDEX -> {
                allow(DIMENSIONS, SIZE);
                int dimensions = AvroValues.unsignedInt(number(DIMENSIONS));
                yield new SnapshotRow.VectorIndex(key, dimensions, number(SIZE), sequence, updatedAt);
            }
            case VECTOR -> {
                allow(ELEMENT, VALUE);
                yield new SnapshotRow.Vector(key, id(), bytes(VALUE), sequence, updatedAt);
            }
            case CHECKPOINT -> checkpoint();
        };
    }

    private SnapshotRow key() {
        long expiresAt = has(EXPIRES_AT) ? time(EXPIRES_AT) : SnapshotRow.NO_EXPIRY;
        return switch (type) {
            case STRING -> {
                allow(VALUE, EXPIRES_AT);
                yield new SnapshotRow.Key(key, type, bytes(VALUE), 0, 0, 0, expiresAt, sequence, updatedAt);
            }
            case LIST -> {
                allow(SIZE, HEAD, TAIL, EXPIRES_AT);
                yield collection(number(HEAD), number(TAIL), expiresAt);
            }
            case HASH, SET -> {
                allow(SIZE, EXPIRES_AT);
                yield collection(0, 0, expiresAt);
            }
            case COLLECTION, DOCUMENT, VECTOR, CHECKPOINT ->
                throw new CdcException.Corrupt("a row of kind key has the type " + type.text());
        };
    }

    private SnapshotRow collection(long head, long tail, long expiresAt) {
        return new SnapshotRow.Key(key, type, null, number(SIZE), head, tail, expiresAt, sequence, updatedAt);
    }

    private SnapshotRow checkpoint() {
        int last = has(SKIPS) ? SKIPPED_AT : DIGEST;
        allow(IntStream.concat(IntStream.of(SIZE), IntStream.rangeClosed(POSITION, last))
                .toArray());
        require(WAL_TOPIC_ID);
        return new SnapshotRow.Checkpoint(
                number(POSITION),
                (int) number(LEADER_EPOCH),
                walTopicId,
                number(EPOCH),
                has(MARKER) ? Long.valueOf(numbers[MARKER]) : null,
                has(TRUNCATED_TO) ? Long.valueOf(numbers[TRUNCATED_TO]) : null,
                number(ROWS),
                number(SIZE),
                number(DIGEST),
                sequence,
                updatedAt,
                has(SKIPS) ? skips() : null);
    }

    private SnapshotRow.Skips skips() {
        require(SKIPPED_REASON);
        return new SnapshotRow.Skips(
                number(SKIPS),
                number(SKIPPED_OFFSET),
                number(SKIPPED_EPOCH),
                number(SKIPPED_SEQUENCE),
                number(SKIPPED_UNREAD),
                skippedReason,
                number(SKIPPED_AT));
    }

    private long id() {
        Bytes id = bytes(ELEMENT);
        if (id.length() != Long.BYTES) {
            throw new CdcException.Corrupt("a vector's id has %d bytes instead of 8".formatted(id.length()));
        }
        return id.buffer().getLong();
    }

    private boolean has(int field) {
        return (present & 1 << field) != 0;
    }

    private void require(int field) {
        if (!has(field)) {
            throw new CdcException.Corrupt("a row of kind %s and type %s lacks the field '%s'"
                    .formatted(kind.text(), type.text(), NAMES[field]));
        }
    }

    private long number(int field) {
        require(field);
        return numbers[field];
    }

    /** A time that is there: what would stand for none is no time. */
    private long time(int field) {
        if (numbers[field] < 0) {
            throw new CdcException.Corrupt("'%s' is %d, which is before 1970".formatted(NAMES[field], numbers[field]));
        }
        return numbers[field];
    }

    private Bytes bytes(int field) {
        require(field);
        return bytes[field];
    }

    /** Makes sure that no other field is set. */
    private void allow(int... fields) {
        int foreign = present;
        for (int field : fields) {
            foreign &= ~(1 << field);
        }
        if (foreign != 0) {
            throw new CdcException.Corrupt("a row of kind %s and type %s has the field '%s', which it never carries"
                    .formatted(kind.text(), type.text(), NAMES[Integer.numberOfTrailingZeros(foreign)]));
        }
    }
}
