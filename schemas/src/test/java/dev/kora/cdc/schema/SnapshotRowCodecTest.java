package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values that are sound Avro and still no row. */
final class SnapshotRowCodecTest {
    private static final Bytes A = Bytes.utf8("a");
    private static final SnapshotRow STRING = new SnapshotRow.Key(A, ValueType.STRING, A, 0, 0, 0, 9, 1, 2);
    private static final List<SnapshotRow> ROWS = List.of(
            STRING,
            new SnapshotRow.Key(A, ValueType.LIST, null, 3, -1, 2, 9, 1, 2),
            new SnapshotRow.Key(A, ValueType.HASH, null, 3, 0, 0, 9, 1, 2),
            new SnapshotRow.Key(A, ValueType.SET, null, 3, 0, 0, 9, 1, 2),
            new SnapshotRow.ListItem(A, -1, A, 1, 2),
            new SnapshotRow.HashField(A, A, A, 1, 2),
            new SnapshotRow.SetMember(A, A, 1, 2),
            new SnapshotRow.Collection(A, 1, 2),
            new SnapshotRow.Document(A, A, A, 1, 2),
            new SnapshotRow.VectorIndex(A, 3, 1, 1, 2),
            new SnapshotRow.Vector(A, 5, A, 1, 2),
            new SnapshotRow.Checkpoint(1, 2, "id", 3, 4L, 5L, 6, 7, 8, 9, 10),
            new SnapshotRow.Checkpoint(
                    1, 2, "id", 3, 4L, 5L, 6, 7, 8, 9, 10, new SnapshotRow.Skips(1, 0, 3, 4, 0, "why", 5)));
    /** What a row may do without. */
    private static final List<String> OPTIONAL = List.of("expires_at", "marker", "truncated_to");

    private final SnapshotRowCodec codec = new SnapshotRowCodec(1, SchemaSource.NONE);

    /** Every kind with every field that it lacks or should lack. */
    @Test
    void refusesAKindThatLacksAFieldOrHasAForeignOne() {
        for (SnapshotRow row : ROWS) {
            for (Schema.Field field : Schemas.SNAPSHOT_ROW.getFields()) {
                if (field.schema().isUnion()) {
                    changesPresence(row, field);
                }
            }
        }
    }

    private void changesPresence(SnapshotRow row, Schema.Field field) {
        GenericRecord record = AvroReference.of(row);
        boolean present = record.get(field.name()) != null;
        record.put(field.name(), present ? null : any(field.schema().getTypes().get(1)));
        if (row instanceof SnapshotRow.Checkpoint && field.name().startsWith("skip")) {
            refuses("'skip", row, record); // all of them or none
        } else if (!present) {
            refuses("has the field '" + field.name() + "', which it never carries", row, record);
        } else if (OPTIONAL.contains(field.name())) {
            codec.decode(RowKeys.of(row), AvroReference.encode(1, record));
        } else {
            refuses("lacks the field '" + field.name() + "'", row, record);
        }
    }

    private static Object any(Schema schema) {
        return switch (schema.getType()) {
            case LONG -> 1L;
            case INT -> 1;
            case STRING -> "a";
            default -> ByteBuffer.allocate(8);
        };
    }

    @Test
    void refusesATypeThatDoesNotFitTheKind() {
        for (SnapshotRow row : ROWS) {
            for (ValueType type : ValueType.values()) {
                if (type != ValueType.of(row) && !haveTheSameFields(type, ValueType.of(row))) {
                    refuses(row, "type", type.text(), " the type ", "type " + type.text());
                }
            }
        }
    }

    /** A hash's KEY row is a set's but for the type. */
    private static boolean haveTheSameFields(ValueType one, ValueType other) {
        return Set.of(ValueType.HASH, ValueType.SET).containsAll(List.of(one, other));
    }

    private void refuses(SnapshotRow row, String field, @Nullable Object value, String... either) {
        GenericRecord record = AvroReference.of(row);
        record.put(field, value);
        String message = message(row, record);
        assertTrue(List.of(either).stream().anyMatch(message::contains), message);
    }

    @Test
    void refusesUnknownNames() {
        refuses(STRING, "kind", "stream", "unknown row kind 'stream'");
        refuses(STRING, "type", "zset", "unknown type 'zset'");
        refuses(STRING, "type", "\n", "unknown type '0x0a'");
    }

    @Test
    void refusesNumbersThatMeanNothing() {
        refuses(STRING, "expires_at", -1L, "'expires_at' is -1, which is before 1970");
        SnapshotRow index = new SnapshotRow.VectorIndex(A, 3, 1, 1, 2);
        refuses(index, "dimensions", 1L << 32, "'dimensions' is 4294967296");
        SnapshotRow vector = new SnapshotRow.Vector(A, 5, A, 1, 2);
        refuses(vector, "element", ByteBuffer.allocate(7), "a vector's id has 7 bytes instead of 8");
    }

    @Test
    void refusesARowUnderAnothersKey() {
        Bytes value = codec.encode(STRING);
        var e = assertThrows(CdcException.Corrupt.class, () -> codec.decode(RowKeys.key(Bytes.utf8("b")), value));
        assertEquals("a row stands under the row key kb, but its own is ka", e.getMessage());
    }

    private void refuses(String words, SnapshotRow row, GenericRecord record) {
        String message = message(row, record);
        assertTrue(message.contains(words), message);
    }

    private String message(SnapshotRow row, GenericRecord record) {
        Bytes bytes = AvroReference.encode(1, record);
        return String.valueOf(assertThrows(CdcException.Corrupt.class, () -> codec.decode(RowKeys.of(row), bytes))
                .getMessage());
    }
}
