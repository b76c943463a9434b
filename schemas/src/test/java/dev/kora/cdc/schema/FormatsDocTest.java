package dev.kora.cdc.schema;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds docs/formats.md against the pinned bytes and the code, so that it cannot rot. */
final class FormatsDocTest {
    private final FormatsDoc doc = FormatsDoc.read();

    @Test
    void showsPinnedBytes() throws IOException {
        int examples = 0;
        for (FormatsDoc.Block block : doc.blocks("golden")) {
            Map<String, Bytes> pinned = doc.golden(block.argument()).pinned();
            Map<String, Bytes> shown = GoldenFile.parse(String.join("\n", block.lines()));
            shown.forEach((name, bytes) -> assertEquals(hex(pinned.get(name)), hex(bytes), name));
            examples += shown.size();
        }
        assertTrue(examples > 50, "only " + examples + " examples were found");
    }

    private static String hex(@Nullable Bytes bytes) {
        return bytes == null ? "not pinned" : HexFormat.of().formatHex(bytes.array());
    }

    @Test
    void showsTheInputOfAHash() {
        SnapshotRow row = requireNonNull(FormatSamples.rows().get("string_ttl"));
        Bytes rowKey = RowKeys.of(row);
        String canonical = hex(Bytes.of(RowFormat.encode(row)));
        String input =
                "%08x".formatted(rowKey.length()) + hex(rowKey) + canonical.substring("01d80480f086c2ee65".length());
        assertTrue(
                doc.lines()
                        .anyMatch(line ->
                                line.startsWith("    ") && line.replace(" ", "").equals(input)),
                input);
    }

    @Test
    void saysWhichFieldsAnOpHas() {
        Set<Op> ops = new HashSet<>();
        for (List<String> row : doc.rows("op", "has", "may have")) {
            Op op = Op.valueOf(FormatsDoc.words(row.get(0)).get(0));
            assertEquals(op.required, bits(row.get(1)), op + " has");
            assertEquals(op.optional, bits(row.get(2)), op + " may have");
            ops.add(op);
        }
        assertEquals(Set.of(Op.values()), ops);
    }

    private static int bits(String cell) {
        Map<String, Integer> bits = Map.of(
                "value", WalFields.VALUE,
                "elements", WalFields.ELEMENTS,
                "collection", WalFields.COLLECTION,
                "doc_id", WalFields.DOC_ID,
                "dimensions", WalFields.DIMENSIONS,
                "expires_at", WalFields.EXPIRES_AT);
        return FormatsDoc.words(cell).stream()
                .mapToInt(word -> requireNonNull(bits.get(word), word))
                .sum();
    }

    @Test
    void saysWhichFieldsAKindHas() {
        List<List<String>> table = doc.rows("kind", "type", "has", "may have");
        var codec = new SnapshotRowCodec(1, SchemaSource.NONE);
        Set<List<String>> left = new HashSet<>(table);
        for (SnapshotRow row : FormatSamples.rows().values()) {
            String kind = RowKind.of(row).text();
            String type = ValueType.of(row).text();
            List<String> line = table.stream()
                    .filter(cells -> FormatsDoc.words(cells.get(0)).contains(kind)
                            && FormatsDoc.words(cells.get(1)).contains(type))
                    .findFirst()
                    .orElseThrow();
            Set<String> has = Set.copyOf(FormatsDoc.words(line.get(2)));
            Set<String> allowed = new TreeSet<>(has);
            allowed.addAll(FormatsDoc.words(line.get(3)));
            Set<String> present = present(AvroReference.decode(1, Schemas.SNAPSHOT_ROW, codec.encode(row)));
            assertTrue(present.containsAll(has), () -> row + " has only " + present);
            assertTrue(allowed.containsAll(present), () -> row + " has " + present);
            left.remove(line);
        }
        assertEquals(Set.of(), left, "no row is like these");
    }

    private static Set<String> present(GenericRecord record) {
        Set<String> present = new TreeSet<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            if (field.schema().isUnion() && record.get(field.name()) != null) {
                present.add(field.name());
            }
        }
        return present;
    }

    @Test
    void listsTheFieldsOfBothSchemas() {
        List<String> expected = Stream.of(Schemas.WAL_ENTRY, Schemas.SNAPSHOT_ROW)
                .flatMap(schema -> schema.getFields().stream())
                .map(field -> field.name() + " " + type(field.schema()))
                .toList();
        List<String> listed = new ArrayList<>();
        doc.rows("field", "type")
                .forEach(row -> listed.add(FormatsDoc.words(row.get(0)).get(0) + " " + row.get(1)));
        assertEquals(expected, listed);
    }

    private static String type(Schema schema) {
        return switch (schema.getType()) {
            case UNION -> type(schema.getTypes().get(1)) + "?";
            case ARRAY -> "array of " + type(schema.getElementType());
            default -> schema.getName();
        };
    }

    @Test
    void listsTheHeaders() {
        Set<String> listed = new TreeSet<>();
        doc.rows("header", "on").forEach(row -> listed.addAll(FormatsDoc.words(row.get(0))));
        Set<String> expected = new TreeSet<>(List.of(Headers.SCHEMA_FINGERPRINT, Headers.SOURCE_POSITION));
        FormatSamples.tombstones()
                .values()
                .forEach(gone -> expected.addAll(gone.toHeaders().keySet()));
        assertEquals(expected, listed);
    }

    @Test
    void listsTheRowKeys() {
        List<List<String>> table = doc.rows("kind", "row key");
        assertEquals(RowKind.values().length, table.size());
        for (List<String> row : table) {
            RowKind kind = RowKind.ofText(FormatsDoc.words(row.get(0)).get(0));
            assertEquals(
                    String.valueOf((char) kind.prefix()),
                    FormatsDoc.words(row.get(1)).get(0));
        }
    }

    @Test
    void saysTheLimits() {
        List<String> limits = doc.rows("", "at most").stream()
                .map(row -> row.get(1).replace(" bytes", ""))
                .toList();
        assertEquals(
                Stream.of(
                                Limits.RECORD_BYTES,
                                Limits.KEY_BYTES,
                                Limits.ELEMENTS,
                                Limits.JSON_DEPTH,
                                Limits.MESSAGE_BYTES)
                        .map(String::valueOf)
                        .toList(),
                limits);
    }
}
