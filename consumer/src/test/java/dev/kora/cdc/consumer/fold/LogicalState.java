package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Rows;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.KoraExpectedState;
import dev.kora.cdc.schema.KoraExpectedState.DocumentName;
import dev.kora.cdc.schema.KoraExpectedState.Index;
import dev.kora.cdc.schema.KoraExpectedState.Value;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a state says, without regard to how rows say it. */
record LogicalState(
        SortedMap<Bytes, Key> keys,
        SortedMap<Bytes, Index> vectors,
        SortedSet<Bytes> collections,
        SortedMap<DocumentName, JsonNode> documents) {

    /** A key; {@code expiresAtMs} as {@link SnapshotRow.Key} has it. */
    record Key(Value value, long expiresAtMs) {}

    LogicalState() {
        this(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
    }

    /** What Kora's code reaches if all records have one time. */
    static LogicalState of(KoraExpectedState expected, long timeMs) {
        SortedMap<Bytes, Key> keys = new TreeMap<>();
        expected.keys()
                .forEach((key, value) -> keys.put(
                        key,
                        new Key(
                                value.value(),
                                value.ttlMs() == null
                                        ? SnapshotRow.NO_EXPIRY
                                        : WalEntry.expiresAtMs(timeMs, value.ttlMs()))));
        return new LogicalState(keys, expected.vectors(), expected.collections(), expected.documents());
    }

    /** What these rows say; fails where rows contradict each other. */
    static LogicalState of(Rows rows) {
        Reading reading = new Reading();
        try (RowCursor all = rows.scan(Bytes.EMPTY, null)) {
            while (all.next()) {
                assertEquals(RowKeys.of(all.row()), all.rowKey());
                reading.take(all.row());
            }
        }
        return reading.toState();
    }

    /** Rows, gathered by what they belong to. */
    private static final class Reading {
        private final LogicalState state = new LogicalState();
        private final SortedMap<Bytes, SnapshotRow.Key> keyRows = new TreeMap<>();
        private final SortedMap<Bytes, SnapshotRow.VectorIndex> indexRows = new TreeMap<>();
        private final SortedMap<Bytes, List<SnapshotRow.ListItem>> items = new TreeMap<>();
        private final SortedMap<Bytes, SortedMap<Bytes, Bytes>> fields = new TreeMap<>();
        private final SortedMap<Bytes, SortedSet<Bytes>> members = new TreeMap<>();
        private final SortedMap<Bytes, SortedMap<Long, Bytes>> vectors = new TreeMap<>();

        void take(SnapshotRow row) {
            switch (row) {
                case SnapshotRow.Key r -> keyRows.put(r.key(), r);
                case SnapshotRow.ListItem r ->
                    items.computeIfAbsent(r.key(), key -> new ArrayList<>()).add(r);
                case SnapshotRow.HashField r ->
                    fields.computeIfAbsent(r.key(), key -> new TreeMap<>()).put(r.field(), r.value());
                case SnapshotRow.SetMember r ->
                    members.computeIfAbsent(r.key(), key -> new TreeSet<>()).add(r.member());
                case SnapshotRow.Collection r -> state.collections.add(r.collection());
                case SnapshotRow.Document r ->
                    state.documents.put(
                            new DocumentName(r.collection(), r.docId()),
                            KoraExpectedState.json(r.json().text()));
                case SnapshotRow.VectorIndex r -> indexRows.put(r.key(), r);
                case SnapshotRow.Vector r ->
                    vectors.computeIfAbsent(r.key(), key -> new TreeMap<>()).put(r.id(), r.vector());
                case SnapshotRow.Checkpoint r -> throw new AssertionError("a checkpoint among the rows: " + r);
            }
        }

        LogicalState toState() {
            keyRows.forEach((key, row) -> state.keys.put(key, new Key(value(row), row.expiresAtMs())));
            indexRows.forEach((key, row) -> state.vectors.put(key, index(row)));
            assertEquals(new TreeMap<>(), items, "items of no list");
            assertEquals(new TreeMap<>(), fields, "fields of no hash");
            assertEquals(new TreeMap<>(), members, "members of no set");
            assertEquals(new TreeMap<>(), vectors, "vectors of no index");
            return state;
        }

        private Value value(SnapshotRow.Key row) {
            return switch (row.type()) {
                case STRING -> {
                    assertEquals(0, row.size());
                    assertNotNull(row.value());
                    yield new Value.Text(row.value());
                }
                case LIST -> new Value.Items(list(row));
                case HASH -> {
                    SortedMap<Bytes, Bytes> found = fields.remove(row.key());
                    yield new Value.Fields(sized(row, found == null ? new TreeMap<>() : found));
                }
                case SET -> {
                    SortedSet<Bytes> found = members.remove(row.key());
                    SortedSet<Bytes> set = found == null ? new TreeSet<>() : found;
                    assertEquals(row.size(), set.size(), () -> "members of " + row);
                    yield new Value.Members(set);
                }
                case COLLECTION, DOCUMENT, VECTOR, CHECKPOINT -> throw new AssertionError(row);
            };
        }

        private List<Bytes> list(SnapshotRow.Key row) {
            List<SnapshotRow.ListItem> found = items.remove(row.key());
            List<Bytes> list = new ArrayList<>();
            for (SnapshotRow.ListItem item : found == null ? List.<SnapshotRow.ListItem>of() : found) {
                assertEquals(row.head() + list.size(), item.index(), () -> "indexes of " + row);
                list.add(item.item());
            }
            assertEquals(row.size(), list.size(), () -> "items of " + row);
            assertEquals(row.tail(), row.head() + row.size(), row::toString);
            assertNull(row.value());
            return list;
        }

        private static SortedMap<Bytes, Bytes> sized(SnapshotRow.Key row, SortedMap<Bytes, Bytes> hash) {
            assertEquals(row.size(), hash.size(), () -> "fields of " + row);
            return hash;
        }

        private Index index(SnapshotRow.VectorIndex row) {
            SortedMap<Long, Bytes> found = vectors.remove(row.key());
            SortedMap<Long, Bytes> index = found == null ? new TreeMap<>() : found;
            assertEquals(row.size(), index.size(), () -> "vectors of " + row);
            return new Index(row.dimensions(), index);
        }
    }
}
