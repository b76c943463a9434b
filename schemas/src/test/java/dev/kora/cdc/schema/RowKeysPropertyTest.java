package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Row keys of random rows, with keys that are hard on escaping. */
final class RowKeysPropertyTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void sortsByKindKeyAndElement() {
        for (int i = 0; i < 200_000; i++) {
            SnapshotRow one = row();
            SnapshotRow other = row();
            assertEquals(
                    Integer.signum(compareParts(one, other)),
                    Integer.signum(RowKeys.of(one).compareTo(RowKeys.of(other))),
                    () -> one + " and " + other + ", -Dkora.seed=" + seed);
        }
    }

    private static int compareParts(SnapshotRow one, SnapshotRow other) {
        RowKeys.Parts a = parts(one);
        RowKeys.Parts b = parts(other);
        int byKind = Byte.compare(a.kind().prefix(), b.kind().prefix());
        if (byKind != 0) {
            return byKind;
        }
        int byKey = a.key().compareTo(b.key());
        if (byKey != 0) {
            return byKey;
        }
        return a.kind() == RowKind.LIST_ITEM
                ? Long.compare(a.index(), b.index())
                : a.element().compareTo(b.element());
    }

    @Test
    void comesApartAsItWasPutTogether() {
        for (int i = 0; i < 50_000; i++) {
            SnapshotRow row = row();
            assertEquals(parts(row), RowKeys.parse(RowKeys.of(row)), () -> row + ", -Dkora.seed=" + seed);
            assertEquals(RowKind.of(row), RowKeys.kind(RowKeys.of(row)));
        }
    }

    /** What a row key says, without row keys. */
    private static RowKeys.Parts parts(SnapshotRow row) {
        RowKind kind = RowKind.of(row);
        return switch (row) {
            case SnapshotRow.Key r -> new RowKeys.Parts(kind, r.key(), Bytes.EMPTY);
            case SnapshotRow.ListItem r -> new RowKeys.Parts(kind, r.key(), number(r.index() + Long.MIN_VALUE));
            case SnapshotRow.HashField r -> new RowKeys.Parts(kind, r.key(), r.field());
            case SnapshotRow.SetMember r -> new RowKeys.Parts(kind, r.key(), r.member());
            case SnapshotRow.Collection r -> new RowKeys.Parts(kind, r.collection(), Bytes.EMPTY);
            case SnapshotRow.Document r -> new RowKeys.Parts(kind, r.collection(), r.docId());
            case SnapshotRow.VectorIndex r -> new RowKeys.Parts(kind, r.key(), Bytes.EMPTY);
            case SnapshotRow.Vector r -> new RowKeys.Parts(kind, r.key(), number(r.id()));
            case SnapshotRow.Checkpoint r -> new RowKeys.Parts(kind, Bytes.EMPTY, Bytes.EMPTY);
        };
    }

    private static Bytes number(long number) {
        byte[] bytes = new byte[8];
        for (int i = 7; i >= 0; i--) {
            bytes[i] = (byte) number;
            number >>= 8;
        }
        return Bytes.of(bytes);
    }

    @Test
    void refusesGarbageOrReadsItExactly() {
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            Bytes garbage = garbage();
            try {
                assertEquals(garbage, again(RowKeys.parse(garbage)), () -> "-Dkora.seed=" + seed);
                read++;
            } catch (CdcException.Corrupt expected) {
                // most of them
            }
        }
        assertTrue(read > 1_000, "too few row keys were good to mean anything: " + read);
    }

    /** A row key that is spoiled, or hard bytes behind any prefix. */
    private Bytes garbage() {
        byte[] bytes = RowKeys.of(row()).array().clone();
        int at = random.nextInt(bytes.length);
        bytes[at] = (byte) (random.nextBoolean() ? 0 : random.nextInt(256));
        int length = random.nextInt(8) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
        return Bytes.of(Arrays.copyOf(bytes, length));
    }

    private static Bytes again(RowKeys.Parts parts) {
        Bytes key = parts.key();
        return switch (parts.kind()) {
            case KEY -> RowKeys.key(key);
            case LIST_ITEM -> RowKeys.listItem(key, parts.index());
            case HASH_FIELD -> RowKeys.hashField(key, parts.element());
            case SET_MEMBER -> RowKeys.setMember(key, parts.element());
            case COLLECTION -> RowKeys.collection(key);
            case DOCUMENT -> RowKeys.document(key, parts.element());
            case VECTOR_INDEX -> RowKeys.vectorIndex(key);
            case VECTOR -> RowKeys.vector(key, parts.id());
            case CHECKPOINT -> RowKeys.CHECKPOINT;
        };
    }

    @Test
    void refusesWhatIsNoRowKey() {
        for (byte[] bytes : List.of(
                new byte[] {},
                new byte[] {0},
                new byte[] {'x', 'a'},
                new byte[] {'!', 0},
                new byte[] {'h'},
                new byte[] {'h', 'a', 0},
                new byte[] {'h', 'a', 0, 2},
                new byte[] {'l', 'a', 0, 1, 1, 2, 3, 4, 5, 6, 7},
                new byte[] {'w', 'a', 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9})) {
            assertThrows(CdcException.Corrupt.class, () -> RowKeys.parse(Bytes.of(bytes)));
        }
    }

    @Test
    void keepsTheElementsOfAKeyTogetherAndApartFromOthers() {
        for (int i = 0; i < 100_000; i++) {
            Bytes key = random.nextBoolean() ? records.awkward() : records.key();
            SnapshotRow row = row();
            Bytes rowKey = RowKeys.of(row);
            for (Range range : ranges(key)) {
                boolean belongs = RowKind.of(row) == range.kind
                        && RowKeys.parse(rowKey).key().equals(key);
                assertEquals(belongs, range.holds(rowKey), () -> range + " and " + rowKey + ", -Dkora.seed=" + seed);
            }
            Range all = new Range(RowKind.of(row), RowKeys.all(RowKind.of(row)));
            assertTrue(all.holds(rowKey));
        }
    }

    private record Range(RowKind kind, Bytes prefix) {
        boolean holds(Bytes rowKey) {
            return prefix.compareTo(rowKey) <= 0 && rowKey.compareTo(RowKeys.end(prefix)) < 0;
        }
    }

    private static List<Range> ranges(Bytes key) {
        return List.of(
                new Range(RowKind.LIST_ITEM, RowKeys.listItems(key)),
                new Range(RowKind.HASH_FIELD, RowKeys.hashFields(key)),
                new Range(RowKind.SET_MEMBER, RowKeys.setMembers(key)),
                new Range(RowKind.DOCUMENT, RowKeys.documents(key)),
                new Range(RowKind.VECTOR, RowKeys.vectors(key)));
    }

    @Test
    void endsARangeBehindAllThatBeginWithItsPrefix() {
        for (int i = 0; i < 200_000; i++) {
            Bytes prefix = records.awkward();
            Bytes other = records.awkward();
            if (!onlyOnes(prefix)) {
                boolean within = prefix.compareTo(other) <= 0 && other.compareTo(RowKeys.end(prefix)) < 0;
                assertEquals(other.startsWith(prefix), within, () -> prefix + " and " + other);
            }
        }
        assertThrows(IllegalArgumentException.class, () -> RowKeys.end(Bytes.EMPTY));
        assertThrows(IllegalArgumentException.class, () -> RowKeys.end(Bytes.of(new byte[] {-1, -1})));
    }

    private static boolean onlyOnes(Bytes bytes) {
        byte[] ones = new byte[bytes.length()];
        Arrays.fill(ones, (byte) 0xff);
        return Arrays.equals(ones, bytes.array());
    }

    /** A row, half of them with a hard key and element. */
    private SnapshotRow row() {
        if (random.nextBoolean()) {
            return records.row();
        }
        Bytes key = records.awkward();
        Bytes element = records.awkward();
        return switch (random.nextInt(8)) {
            case 0 -> new SnapshotRow.Key(key, ValueType.SET, null, 1, 0, 0, SnapshotRow.NO_EXPIRY, 1, 1);
            case 1 -> new SnapshotRow.ListItem(key, records.index(), element, 1, 1);
            case 2 -> new SnapshotRow.HashField(key, element, Bytes.EMPTY, 1, 1);
            case 3 -> new SnapshotRow.SetMember(key, element, 1, 1);
            case 4 -> new SnapshotRow.Collection(key, 1, 1);
            case 5 -> new SnapshotRow.Document(key, element, Bytes.EMPTY, 1, 1);
            case 6 -> new SnapshotRow.VectorIndex(key, 1, 1, 1, 1);
            default -> new SnapshotRow.Vector(key, records.index(), element, 1, 1);
        };
    }
}
