package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The digest over random rows: what it depends on, and what it does not. */
final class DigestPropertyTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void isTheNamedHashOfRowKeyAndContent() {
        for (int i = 0; i < 20_000; i++) {
            SnapshotRow row = records.stateRow();
            Bytes rowKey = RowKeys.of(row);
            ByteArrayOutputStream input = new ByteArrayOutputStream();
            input.writeBytes(ByteBuffer.allocate(4).putInt(rowKey.length()).array());
            input.writeBytes(rowKey.array());
            byte[] content = RowFormat.encode(stamped(row, 0, 0));
            input.write(content, 3, content.length - 3); // version, sequence 0, time 0: a byte each
            long expected = Hashing.xxh3_64(0x4b6f726143444331L).hashBytesToLong(input.toByteArray());
            assertEquals(expected, Digest.of(row), () -> what(row));
            assertEquals(expected, Digest.ofEncoded(rowKey, RowFormat.encode(row)), () -> what(row));
        }
    }

    @Test
    void leavesOutSequenceAndTime() {
        for (int i = 0; i < 20_000; i++) {
            SnapshotRow row = records.stateRow();
            SnapshotRow later = stamped(row, records.number(), records.timeMs());
            assertEquals(Digest.of(row), Digest.of(later), () -> what(row));
        }
    }

    @Test
    void seesAChangeOfAnyOtherField() {
        for (int i = 0; i < 20_000; i++) {
            SnapshotRow row = records.stateRow();
            for (SnapshotRow changed : changed(row)) {
                assertNotEquals(Digest.of(row), Digest.of(changed), () -> what(row) + " and " + changed);
            }
        }
    }

    @Test
    void isASumThatKnowsNoOrder() {
        Map<Bytes, SnapshotRow> state = new HashMap<>();
        long kept = 0;
        for (int i = 0; i < 5_000; i++) {
            SnapshotRow row = records.stateRow();
            SnapshotRow former = state.put(RowKeys.of(row), row);
            kept += Digest.of(row) - (former == null ? 0 : Digest.of(former));
            if (random.nextInt(4) == 0) {
                state.remove(RowKeys.of(row));
                kept -= Digest.of(row);
            }
        }
        List<SnapshotRow> rows = new ArrayList<>(state.values());
        Collections.shuffle(rows, random);
        assertEquals(rows.stream().mapToLong(Digest::of).sum(), kept, () -> "-Dkora.seed=" + seed);
    }

    @Test
    void leavesOutTheCheckpoint() {
        var checkpoint = new SnapshotRow.Checkpoint(0, -1, "", 0, null, null, 0, 0, 0, 0, 0);
        assertThrows(IllegalArgumentException.class, () -> Digest.of(checkpoint));
        byte[] bytes = RowFormat.encode(checkpoint);
        assertThrows(IllegalArgumentException.class, () -> Digest.ofEncoded(RowKeys.CHECKPOINT, bytes));
    }

    @Test
    void refusesBytesThatAreNoRow() {
        Bytes rowKey = RowKeys.key(Bytes.utf8("a"));
        for (byte[] bytes : List.of(new byte[] {}, new byte[] {1}, new byte[] {1, 2}, new byte[] {2, 0, 0})) {
            assertThrows(CdcException.Corrupt.class, () -> Digest.ofEncoded(rowKey, bytes));
        }
    }

    private static SnapshotRow stamped(SnapshotRow row, long sequence, long timeMs) {
        return switch (row) {
            case SnapshotRow.Key r ->
                new SnapshotRow.Key(
                        r.key(), r.type(), r.value(), r.size(), r.head(), r.tail(), r.expiresAtMs(), sequence, timeMs);
            case SnapshotRow.ListItem r -> new SnapshotRow.ListItem(r.key(), r.index(), r.item(), sequence, timeMs);
            case SnapshotRow.HashField r -> new SnapshotRow.HashField(r.key(), r.field(), r.value(), sequence, timeMs);
            case SnapshotRow.SetMember r -> new SnapshotRow.SetMember(r.key(), r.member(), sequence, timeMs);
            case SnapshotRow.Collection r -> new SnapshotRow.Collection(r.collection(), sequence, timeMs);
            case SnapshotRow.Document r ->
                new SnapshotRow.Document(r.collection(), r.docId(), r.json(), sequence, timeMs);
            case SnapshotRow.VectorIndex r ->
                new SnapshotRow.VectorIndex(r.key(), r.dimensions(), r.size(), sequence, timeMs);
            case SnapshotRow.Vector r -> new SnapshotRow.Vector(r.key(), r.id(), r.vector(), sequence, timeMs);
            case SnapshotRow.Checkpoint r -> throw new IllegalArgumentException("no row of the state: " + r);
        };
    }

    /** The row with one field changed, for each of its fields but the stamp. */
    private List<SnapshotRow> changed(SnapshotRow row) {
        return switch (row) {
            case SnapshotRow.Key r -> changedKey(r);
            case SnapshotRow.ListItem r ->
                List.of(
                        new SnapshotRow.ListItem(other(r.key()), r.index(), r.item(), 1, 2),
                        new SnapshotRow.ListItem(r.key(), r.index() + 1, r.item(), 1, 2),
                        new SnapshotRow.ListItem(r.key(), r.index(), other(r.item()), 1, 2),
                        new SnapshotRow.Vector(r.key(), r.index(), r.item(), 1, 2));
            case SnapshotRow.HashField r ->
                List.of(
                        new SnapshotRow.HashField(other(r.key()), r.field(), r.value(), 1, 2),
                        new SnapshotRow.HashField(r.key(), other(r.field()), r.value(), 1, 2),
                        new SnapshotRow.HashField(r.key(), r.field(), other(r.value()), 1, 2));
            case SnapshotRow.SetMember r ->
                List.of(
                        new SnapshotRow.SetMember(other(r.key()), r.member(), 1, 2),
                        new SnapshotRow.SetMember(r.key(), other(r.member()), 1, 2));
            case SnapshotRow.Collection r -> List.of(new SnapshotRow.Collection(other(r.collection()), 1, 2));
            case SnapshotRow.Document r ->
                List.of(
                        new SnapshotRow.Document(other(r.collection()), r.docId(), r.json(), 1, 2),
                        new SnapshotRow.Document(r.collection(), other(r.docId()), r.json(), 1, 2),
                        new SnapshotRow.Document(r.collection(), r.docId(), other(r.json()), 1, 2));
            case SnapshotRow.VectorIndex r ->
                List.of(
                        new SnapshotRow.VectorIndex(other(r.key()), r.dimensions(), r.size(), 1, 2),
                        new SnapshotRow.VectorIndex(r.key(), ~r.dimensions(), r.size(), 1, 2),
                        new SnapshotRow.VectorIndex(r.key(), r.dimensions(), r.size() + 1, 1, 2));
            case SnapshotRow.Vector r ->
                List.of(
                        new SnapshotRow.Vector(other(r.key()), r.id(), r.vector(), 1, 2),
                        new SnapshotRow.Vector(r.key(), ~r.id(), r.vector(), 1, 2),
                        new SnapshotRow.Vector(r.key(), r.id(), other(r.vector()), 1, 2));
            case SnapshotRow.Checkpoint r -> List.of();
        };
    }

    private List<SnapshotRow> changedKey(SnapshotRow.Key row) {
        Bytes value = row.value();
        long size = row.size();
        long head = row.head();
        long tail = row.tail();
        if (value != null) {
            return List.of(
                    key(other(row.key()), row.type(), value, 0, 0, 0, row.expiresAtMs()),
                    key(row.key(), row.type(), value, 0, 0, 0, row.expiresAtMs() + 1),
                    key(row.key(), row.type(), other(value), 0, 0, 0, row.expiresAtMs()),
                    key(row.key(), ValueType.SET, null, 0, 0, 0, row.expiresAtMs()));
        }
        ValueType otherType = row.type() == ValueType.SET ? ValueType.HASH : ValueType.SET;
        return List.of(
                key(other(row.key()), row.type(), null, size, head, tail, row.expiresAtMs()),
                key(row.key(), row.type(), null, size, head, tail, row.expiresAtMs() + 1),
                key(row.key(), row.type(), null, size + 1, head, tail, row.expiresAtMs()),
                key(row.key(), row.type(), null, size, head - 1, tail, row.expiresAtMs()),
                key(row.key(), row.type(), null, size, head, tail + 1, row.expiresAtMs()),
                key(row.key(), otherType, null, size, head, tail, row.expiresAtMs()));
    }

    private static SnapshotRow key(
            Bytes key, ValueType type, @Nullable Bytes value, long size, long head, long tail, long expiresAtMs) {
        return new SnapshotRow.Key(key, type, value, size, head, tail, expiresAtMs, 1, 2);
    }

    /** Bytes that differ from the given ones a little. */
    private Bytes other(Bytes bytes) {
        byte[] other = Arrays.copyOf(bytes.array(), bytes.length() + (random.nextBoolean() ? 1 : 0));
        if (other.length == bytes.length()) {
            if (other.length == 0) {
                return Bytes.of(new byte[1]);
            }
            other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return Bytes.of(other);
    }

    private String what(SnapshotRow row) {
        return row + ", -Dkora.seed=" + seed;
    }
}
