package dev.kora.cdc.schema;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Pins the row keys, the values of the snapshot topic, the canonical rows of the store, and the rows' hashes. */
final class SnapshotRowFormatTest {
    private final SnapshotRowCodec codec = new SnapshotRowCodec(FormatSamples.SCHEMA_ID, SchemaSource.NONE);
    private final Map<String, SnapshotRow> rows = FormatSamples.rows();

    @Test
    void pinsRowKeys() {
        GoldenFile.of("row-keys").check(each(RowKeys::of));
    }

    @Test
    void pinsValues() {
        GoldenFile.of("snapshot-values").check(each(codec::encode));
    }

    @Test
    void pinsCanonicalRows() {
        GoldenFile.of("canonical-rows").check(each(row -> Bytes.of(RowFormat.encode(row))));
    }

    @Test
    void pinsHashesAndTheDigest() {
        rows.values().removeIf(row -> row instanceof SnapshotRow.Checkpoint);
        Map<String, Bytes> hashes = each(row -> number(Digest.of(row)));
        long digest = FormatSamples.state().stream()
                .mapToLong(name -> Digest.of(requireNonNull(rows.get(name))))
                .sum();
        hashes.put("digest", number(digest));
        GoldenFile.of("row-hashes").check(hashes);
    }

    private Map<String, Bytes> each(Function<SnapshotRow, Bytes> format) {
        Map<String, Bytes> bytes = new LinkedHashMap<>();
        rows.forEach((name, row) -> bytes.put(name, format.apply(row)));
        return bytes;
    }

    private static Bytes number(long number) {
        return Bytes.of(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    @Test
    void readsWhatIsPinned() {
        Map<String, Bytes> rowKeys = GoldenFile.of("row-keys").pinned();
        Map<String, Bytes> values = GoldenFile.of("snapshot-values").pinned();
        Map<String, Bytes> canonical = GoldenFile.of("canonical-rows").pinned();
        rows.forEach((name, row) -> {
            Bytes rowKey = pinned(rowKeys, name);
            assertEquals(row, codec.decode(rowKey, pinned(values, name)), name);
            assertEquals(row, RowFormat.decode(rowKey, pinned(canonical, name).array()), name);
        });
    }

    /** As they were written when no skips were known: the last fields of the schema are missing. */
    @Test
    void readsTheValuesOfTheFirstVersion() {
        var reader = new SnapshotRowCodec(FormatSamples.SCHEMA_ID + 1, id -> firstVersion());
        Map<String, Bytes> values = GoldenFile.of("snapshot-values-1").pinned();
        values.forEach((name, value) -> {
            SnapshotRow row = requireNonNull(rows.get(name), name);
            assertEquals(row, reader.decode(RowKeys.of(row), value), name);
        });
        assertEquals(rows.size() - 1, values.size(), "all but the checkpoint behind a skip");
    }

    static Schema firstVersion() {
        try (InputStream in = SnapshotRowFormatTest.class.getResourceAsStream("/golden/SnapshotRow-1.avsc")) {
            return new Schema.Parser().parse(requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Bytes pinned(Map<String, Bytes> file, String name) {
        Bytes bytes = file.get(name);
        assertNotNull(bytes, name);
        return bytes;
    }

    @Test
    void leavesNoKindAndNoTypeOut() {
        EnumSet<RowKind> kinds = EnumSet.allOf(RowKind.class);
        EnumSet<ValueType> types = EnumSet.allOf(ValueType.class);
        rows.values().forEach(row -> {
            kinds.remove(RowKind.of(row));
            types.remove(ValueType.of(row));
        });
        assertEquals(EnumSet.noneOf(RowKind.class), kinds);
        assertEquals(EnumSet.noneOf(ValueType.class), types);
    }
}
