package dev.kora.cdc.consumer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.Tombstone.Reason;
import dev.kora.cdc.schema.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The base holds a, which expires at 10, b without an expiry, and whatever a test adds. */
final class OverlayTest {
    private static final Bytes A = Bytes.utf8("a");
    private static final Bytes B = Bytes.utf8("b");
    private static final Bytes C = Bytes.utf8("c");
    private static final long NONE = SnapshotRow.NO_EXPIRY;
    private static final SnapshotRow OLD_A = TestRows.string(A, "old", 10);
    private static final SnapshotRow OLD_B = TestRows.string(B, "old", NONE);
    private static final int MANY = Overlay.SINGLE_REMOVALS + 50;

    private final MemoryStore base = new MemoryStore();
    private final Map<Bytes, Tombstone> tombstones = new LinkedHashMap<>();
    private Overlay overlay = open();

    OverlayTest() {
        fill(List.of(OLD_A, OLD_B));
    }

    @AfterEach
    void close() {
        overlay.close();
    }

    @Test
    void whatIsOnlyLookedAtLeavesNoTrace() {
        assertEquals(OLD_A, overlay.find(RowKeys.key(A)));
        assertNull(overlay.find(RowKeys.key(C)));
        overlay.delete(RowKeys.key(C), Reason.DEL, 1);
        Changes changes = seal();
        assertEquals(List.of(), changes.rows());
        assertEquals(List.of(), changes.ranges());
    }

    @Test
    void theLastValueOfARowWins() {
        overlay.put(RowKeys.key(B), TestRows.string(B, "1", 5));
        overlay.put(RowKeys.key(A), TestRows.string(A, "1", 5));
        overlay.put(RowKeys.key(A), TestRows.string(A, "2", 6));
        assertEquals(TestRows.string(A, "2", 6), overlay.find(RowKeys.key(A)));
        assertEquals(
                List.of(
                        new StoreBatch.Change(RowKeys.key(A), TestRows.string(A, "2", 6), 10),
                        new StoreBatch.Change(RowKeys.key(B), TestRows.string(B, "1", 5), NONE)),
                seal().rows());
        assertEquals(Map.of(), tombstones);
    }

    @Test
    void aRowThatCameAndWentIsForgotten() {
        overlay.put(RowKeys.key(C), TestRows.string(C, "", 5));
        overlay.delete(RowKeys.key(C), Reason.DEL, 2);
        assertNull(overlay.find(RowKeys.key(C)));
        assertEquals(List.of(), seal().rows());
        assertEquals(Map.of(), tombstones);
    }

    @Test
    void aRowOfTheBaseThatWentHasATombstoneThatSaysWhy() {
        overlay.put(RowKeys.key(A), TestRows.list(A, 0, 0));
        overlay.delete(RowKeys.key(A), Reason.EXPIRED, 7);
        assertEquals(Map.of(), tombstones, "it may yet come back");
        assertEquals(List.of(new StoreBatch.Change(RowKeys.key(A), null, 10)), seal().rows());
        // The type is that of the row which subscribers know.
        assertEquals(
                Map.of(RowKeys.key(A), new Tombstone(RowKind.KEY, ValueType.STRING, Reason.EXPIRED, 7)), tombstones);
    }

    @Test
    void aRowThatWentAndCameBackHasNoTombstone() {
        overlay.delete(RowKeys.key(A), Reason.DEL, 1);
        overlay.put(RowKeys.key(A), OLD_A);
        assertEquals(List.of(new StoreBatch.Change(RowKeys.key(A), OLD_A, 10)), seal().rows());
        assertEquals(Map.of(), tombstones);
    }

    @Test
    void fewRowsAreRemovedOneByOne() {
        fill(items(C, Overlay.SINGLE_REMOVALS));
        overlay.deleteAll(RowKeys.listItems(C), Reason.DEL, 3);
        assertNull(overlay.find(RowKeys.listItem(C, 0)));
        assertEquals(Map.of(), tombstones);
        Changes changes = seal();
        assertEquals(List.of(), changes.ranges());
        assertEquals(Overlay.SINGLE_REMOVALS, changes.rows().size());
        assertEquals(Overlay.SINGLE_REMOVALS, tombstones.size());
    }

    @Test
    void manyRowsAreStreamedAndNotKept() {
        fill(items(C, MANY));
        long bytes = overlay.bytes();
        overlay.deleteAll(RowKeys.listItems(C), Reason.FLUSH, 3);
        assertEquals(MANY, tombstones.size());
        Tombstone tombstone = new Tombstone(RowKind.LIST_ITEM, ValueType.LIST, Reason.FLUSH, 3);
        items(C, MANY).forEach(item -> assertEquals(tombstone, tombstones.get(RowKeys.of(item))));
        assertEquals(0, overlay.size());
        assertEquals(bytes, overlay.bytes());
        assertNull(overlay.find(RowKeys.listItem(C, MANY - 1)));
        Changes changes = seal();
        assertEquals(List.of(range(RowKeys.listItems(C))), changes.ranges());
        assertEquals(List.of(), changes.rows());
    }

    @Test
    void aRowPutIntoARemovedRangeLiesAboveIt() {
        fill(items(C, MANY));
        overlay.deleteAll(RowKeys.listItems(C), Reason.DEL, 3);
        SnapshotRow again = TestRows.item(C, 1, "again");
        SnapshotRow gone = TestRows.item(C, 2, "gone");
        overlay.put(RowKeys.of(again), again);
        overlay.put(RowKeys.of(gone), gone);
        overlay.delete(RowKeys.of(gone), Reason.DEL, 4);
        assertEquals(again, overlay.find(RowKeys.of(again)));
        Changes changes = seal();
        assertEquals(List.of(new StoreBatch.Change(RowKeys.of(again), again, NONE)), changes.rows());
        assertEquals(MANY, tombstones.size());
        assertEquals(again, base.find(RowKeys.of(again)));
    }

    @Test
    void rowsChangedBeforeTheirRangeWentAreGoneToo() {
        fill(items(C, MANY));
        overlay.delete(RowKeys.listItem(C, 1), Reason.EXPIRED, 1);
        overlay.put(RowKeys.listItem(C, 2), TestRows.item(C, 2, "changed"));
        overlay.put(RowKeys.listItem(C, MANY), TestRows.item(C, MANY, "new"));
        overlay.deleteAll(RowKeys.listItems(C), Reason.DEL, 2);
        assertEquals(MANY, tombstones.size());
        assertEquals(Reason.EXPIRED, tombstone(RowKeys.listItem(C, 1)).reason());
        assertEquals(Reason.DEL, tombstone(RowKeys.listItem(C, 2)).reason());
        assertEquals(0, overlay.size());
        assertEquals(List.of(), seal().rows());
    }

    @Test
    void aRangeRemovedTwiceGivesItsTombstonesOnce() {
        fill(items(C, MANY));
        fill(items(B, 3));
        overlay.deleteAll(RowKeys.listItems(C), Reason.DEL, 1);
        overlay.put(RowKeys.listItem(C, 5), TestRows.item(C, 5, "again"));
        overlay.deleteAll(RowKeys.listItems(C), Reason.DEL, 2);
        assertNull(overlay.find(RowKeys.listItem(C, 5)));
        overlay.deleteAll(RowKeys.all(RowKind.LIST_ITEM), Reason.FLUSH, 3);
        Changes changes = seal();
        assertEquals(MANY + 3, tombstones.size());
        assertEquals(Reason.DEL, tombstone(RowKeys.listItem(C, 5)).reason());
        assertEquals(Reason.FLUSH, tombstone(RowKeys.listItem(B, 0)).reason());
        assertEquals(List.of(range(RowKeys.listItems(C))), changes.ranges());
        assertEquals(3, changes.rows().size());
    }

    @Test
    void aRangeAroundRemovedOnesTakesTheirPlace() {
        fill(items(C, MANY));
        fill(items(B, MANY));
        overlay.deleteAll(RowKeys.listItems(C), Reason.DEL, 1);
        overlay.deleteAll(RowKeys.all(RowKind.LIST_ITEM), Reason.FLUSH, 2);
        assertEquals(2 * MANY, tombstones.size());
        assertEquals(List.of(range(RowKeys.all(RowKind.LIST_ITEM))), seal().ranges());
    }

    @Test
    void theFirstKeyToExpireIsFoundInTheBaseAndAboveIt() {
        SnapshotRow.Key c = TestRows.string(C, "", 20);
        SnapshotRow.Key never = TestRows.string(B, "", Long.MAX_VALUE);
        assertNull(overlay.firstExpired(9));
        assertEquals(OLD_A, overlay.firstExpired(10));
        overlay.put(RowKeys.key(C), c);
        overlay.put(RowKeys.key(B), never);
        assertEquals(OLD_A, overlay.firstExpired(100));
        overlay.put(RowKeys.key(A), TestRows.string(A, "later", 30));
        assertNull(overlay.firstExpired(19));
        assertEquals(c, overlay.firstExpired(100));
        overlay.delete(RowKeys.key(C), Reason.EXPIRED, 1);
        assertEquals(TestRows.string(A, "later", 30), overlay.firstExpired(100));
        overlay.put(RowKeys.key(A), TestRows.string(A, "for good", NONE));
        assertNull(overlay.firstExpired(Long.MAX_VALUE));
    }

    @Test
    void keysThatExpireTogetherComeInTheOrderOfTheirRowKeys() {
        SnapshotRow.Key c = TestRows.string(C, "", 10);
        SnapshotRow.Key empty = TestRows.string(Bytes.EMPTY, "", 10);
        fill(List.of(c));
        overlay.put(RowKeys.key(Bytes.EMPTY), empty);
        for (SnapshotRow.Key expected : List.of(empty, (SnapshotRow.Key) OLD_A, c)) {
            assertEquals(expected, overlay.firstExpired(10));
            overlay.delete(RowKeys.of(expected), Reason.EXPIRED, 1);
        }
        assertNull(overlay.firstExpired(10));
    }

    @Test
    void keysOfARemovedRangeExpireNoMore() {
        List<SnapshotRow> keys = new ArrayList<>();
        for (int n = 0; n < MANY; n++) {
            keys.add(TestRows.string(Bytes.utf8("x" + n), "", n));
        }
        fill(keys);
        assertEquals(keys.getFirst(), overlay.firstExpired(10));
        overlay.deleteAll(RowKeys.all(RowKind.KEY), Reason.FLUSH, 1);
        assertNull(overlay.firstExpired(1_000));
        SnapshotRow again = TestRows.string(Bytes.utf8("x3"), "again", 7);
        overlay.put(RowKeys.of(again), again);
        assertEquals(again, overlay.firstExpired(1_000));
        Changes changes = seal();
        assertEquals(List.of(new StoreBatch.Change(RowKeys.of(again), again, NONE)), changes.rows());
        assertEquals(List.of(again), TestRows.list(base.scanExpiring(1_000)));
    }

    @Test
    void itsSizeIsWhatItKeeps() {
        long empty = overlay.bytes();
        overlay.put(RowKeys.key(A), TestRows.string(A, "x".repeat(10_000), NONE));
        assertEquals(1, overlay.size());
        assertTrue(overlay.bytes() - empty > 10_000);
        overlay.put(RowKeys.key(A), TestRows.string(A, "", NONE));
        assertTrue(overlay.bytes() - empty < 1_000);
    }

    private Overlay open() {
        return new Overlay(base, base.position(), (rowKey, tombstone) -> {
            Tombstone former = tombstones.put(rowKey, tombstone);
            assertNull(former, "a second tombstone");
        });
    }

    /** Adds rows to the base, and looks at it anew. */
    private void fill(List<? extends SnapshotRow> rows) {
        overlay.close();
        try (Overlay filling = new Overlay(base, base.position(), TombstoneSink.NONE)) {
            rows.forEach(row -> filling.put(RowKeys.of(row), row));
            base.apply(filling.seal().toBatch(null, "", LogPosition.of(0)));
        }
        overlay = open();
    }

    /** Seals the overlay and applies it: the tally must be that of the rows. */
    private Changes seal() {
        Changes changes = overlay.seal();
        base.apply(changes.toBatch(null, "", LogPosition.of(0)));
        Tally tally = new Tally();
        TestRows.list(base.scan(Bytes.EMPTY, null)).forEach(tally::add);
        assertEquals(tally.rows(), base.position().rows());
        assertEquals(tally.keys(), base.position().keys());
        assertEquals(tally.digest(), base.position().digest());
        return changes;
    }

    private Tombstone tombstone(Bytes rowKey) {
        Tombstone tombstone = tombstones.get(rowKey);
        if (tombstone == null) {
            throw new AssertionError("no tombstone of " + rowKey);
        }
        return tombstone;
    }

    private static List<SnapshotRow> items(Bytes key, int count) {
        List<SnapshotRow> items = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            items.add(TestRows.item(key, n, "item"));
        }
        return items;
    }

    private static StoreBatch.Range range(Bytes prefix) {
        return new StoreBatch.Range(prefix, RowKeys.end(prefix));
    }
}
