package dev.kora.cdc.consumer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Store} does. */
public abstract class StoreContract {
    private static final Bytes A = Bytes.utf8("a");
    private static final Bytes B = Bytes.utf8("b");
    private static final Bytes C = Bytes.utf8("c");
    private static final long NONE = SnapshotRow.NO_EXPIRY;

    /** The store under test: open, and empty at first. */
    protected abstract Store store();

    @Test
    void holdsNothingAtFirst() {
        assertEquals(StorePosition.EMPTY, store().position());
        assertNull(store().find(RowKeys.key(A)));
        assertEquals(List.of(), rows(store()));
        assertEquals(List.of(), expiring(store(), Long.MAX_VALUE));
        try (StoreView view = store().view()) {
            assertEquals(StorePosition.EMPTY, view.position());
            assertEquals(List.of(), rows(view));
        }
    }

    @Test
    void aBatchPutsReplacesAndDeletes() {
        apply(1, put(TestRows.string(A, "1", NONE)), put(TestRows.string(B, "1", NONE)));
        apply(2, put(TestRows.string(A, "2", NONE)), delete(RowKeys.key(B), NONE), put(TestRows.item(C, -1, "x")));
        assertEquals(List.of(TestRows.string(A, "2", NONE), TestRows.item(C, -1, "x")), rows(store()));
        assertEquals(TestRows.string(A, "2", NONE), store().find(RowKeys.key(A)));
        assertNull(store().find(RowKeys.key(B)));
        assertEquals(TestRows.position(2), store().position());
    }

    @Test
    void everyKindOfRowComesBackAsItWas() {
        List<SnapshotRow> rows = List.of(
                new SnapshotRow.Collection(A, 1, 2),
                new SnapshotRow.Document(A, Bytes.EMPTY, Bytes.utf8("{}"), 3, 4),
                new SnapshotRow.HashField(Bytes.EMPTY, A, B, 5, 6),
                TestRows.string(Bytes.EMPTY, "", Long.MAX_VALUE),
                TestRows.list(B, -5, 7),
                TestRows.item(B, Long.MIN_VALUE, "least"),
                TestRows.item(B, Long.MAX_VALUE, "most"),
                new SnapshotRow.SetMember(A, Bytes.of(new byte[] {0, (byte) 0xff}), 7, 8),
                new SnapshotRow.VectorIndex(C, -1, 1, 9, 10),
                new SnapshotRow.Vector(C, -77, Bytes.of(new byte[4]), 11, 12));
        rows.forEach(row -> apply(1, put(row)));
        assertEquals(rows, rows(store()));
    }

    @Test
    void aCheckpointAndThePlaceInTheCompactedPartitionComeBackAsTheyWere() {
        SnapshotRow.Checkpoint checkpoint =
                new SnapshotRow.Checkpoint(17, 3, "wal-id", 2, 16L, null, 100, 20, -5, 44, 1_750_000_000_000L);
        StorePosition position =
                new StorePosition(checkpoint, "snapshot-id", new LogPosition(Long.MAX_VALUE, 9), 100, 20, -5);
        store().apply(new StoreBatch(List.of(), List.of(), position));
        assertEquals(position, store().position());
        try (StoreView view = store().view()) {
            assertEquals(position, view.position());
        }
    }

    @Test
    void rangesGoBeforeTheChangesOfTheirBatch() {
        apply(1, put(TestRows.string(A, "old", 5)), put(TestRows.string(B, "old", 6)));
        StoreBatch.Range all = all(RowKind.KEY);
        SnapshotRow next = TestRows.string(A, "new", 7);
        store().apply(new StoreBatch(List.of(all), List.of(put(next)), TestRows.position(2)));
        assertEquals(List.of(next), rows(store()));
        assertEquals(List.of(next), expiring(store(), 100));
    }

    @Test
    void aRangeBeginsWithItsFirstRowKeyAndEndsBeforeItsLast() {
        for (long index = 0; index < 5; index++) {
            apply(1, put(TestRows.item(A, index, "x")));
        }
        StoreBatch.Range range = new StoreBatch.Range(RowKeys.listItem(A, 1), RowKeys.listItem(A, 3));
        store().apply(new StoreBatch(List.of(range), List.of(), TestRows.position(2)));
        assertEquals(
                List.of(TestRows.item(A, 0, "x"), TestRows.item(A, 3, "x"), TestRows.item(A, 4, "x")), rows(store()));
    }

    @Test
    void aScanIsInTheUnsignedOrderOfRowKeysAndWithinItsBounds() {
        List<SnapshotRow> rows = new ArrayList<>();
        for (int last : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
            rows.add(TestRows.string(Bytes.of(new byte[] {(byte) last}), "", NONE));
        }
        for (int n = rows.size() - 1; n >= 0; n--) {
            apply(1, put(rows.get(n)));
        }
        assertEquals(rows, rows(store()));
        assertEquals(rows, TestRows.list(store().scan(RowKeys.all(RowKind.KEY), null)));
        Bytes second = RowKeys.of(rows.get(1));
        Bytes fourth = RowKeys.of(rows.get(3));
        assertEquals(rows.subList(1, 3), TestRows.list(store().scan(second, fourth)));
        assertEquals(List.of(), TestRows.list(store().scan(second, second)));
        assertEquals(List.of(), TestRows.list(store().scan(RowKeys.all(RowKind.LIST_ITEM), null)));
    }

    @Test
    void expiringKeysComeInTheOrderInWhichTheyExpire() {
        SnapshotRow a = TestRows.string(A, "", 20);
        SnapshotRow b = TestRows.string(B, "", 20);
        SnapshotRow c = TestRows.string(C, "", 10);
        SnapshotRow never = TestRows.string(Bytes.utf8("never"), "", Long.MAX_VALUE);
        SnapshotRow without = TestRows.string(Bytes.utf8("without"), "", NONE);
        apply(1, put(a), put(b), put(c), put(never), put(without));
        assertEquals(List.of(), expiring(store(), 9));
        assertEquals(List.of(c), expiring(store(), 10));
        assertEquals(List.of(c), expiring(store(), 19));
        assertEquals(List.of(c, a, b), expiring(store(), 20));
        assertEquals(List.of(c, a, b), expiring(store(), Long.MAX_VALUE));
        try (StoreView view = store().view()) {
            assertEquals(List.of(c, a, b), expiring(view, Long.MAX_VALUE));
        }
    }

    @Test
    void aKeyIsFoundUnderItsLastExpiryOnly() {
        apply(1, put(TestRows.string(A, "", 30)), put(TestRows.string(B, "", 40)), put(TestRows.string(C, "", 50)));
        apply(
                2,
                put(TestRows.string(A, "", 60), 30),
                put(TestRows.string(B, "", NONE), 40),
                delete(RowKeys.key(C), 50));
        assertEquals(List.of(TestRows.string(A, "", 60)), expiring(store(), Long.MAX_VALUE));
        SnapshotRow earlier = TestRows.string(C, "", 1);
        apply(3, put(TestRows.string(B, "x", 20), NONE), put(earlier));
        assertEquals(
                List.of(earlier, TestRows.string(B, "x", 20), TestRows.string(A, "", 60)),
                expiring(store(), Long.MAX_VALUE));
        apply(4, put(TestRows.string(B, "y", 20), 20));
        assertEquals(TestRows.string(B, "y", 20), expiring(store(), 20).get(1));
    }

    @Test
    void aRangeOfSomeKeysTakesTheirExpiriesAlong() {
        apply(1, put(TestRows.string(A, "", 1)), put(TestRows.string(B, "", 2)), put(TestRows.string(C, "", 3)));
        StoreBatch.Range b = new StoreBatch.Range(RowKeys.key(B), RowKeys.end(RowKeys.key(B)));
        store().apply(new StoreBatch(List.of(b), List.of(), TestRows.position(2)));
        assertEquals(List.of(TestRows.string(A, "", 1), TestRows.string(C, "", 3)), expiring(store(), 9));
        StoreBatch.Range beyond = new StoreBatch.Range(RowKeys.key(B), RowKeys.all(RowKind.SET_MEMBER));
        store().apply(new StoreBatch(List.of(beyond), List.of(), TestRows.position(3)));
        assertEquals(List.of(TestRows.string(A, "", 1)), expiring(store(), 9));
    }

    @Test
    void clearingEmptiesItForGood() {
        apply(1, put(TestRows.string(A, "", 1)), put(TestRows.item(B, 0, "")));
        store().clear();
        assertEquals(StorePosition.EMPTY, store().position());
        assertEquals(List.of(), rows(store()));
        assertEquals(List.of(), expiring(store(), Long.MAX_VALUE));
        apply(1, put(TestRows.string(B, "", 2)));
        assertEquals(List.of(TestRows.string(B, "", 2)), expiring(store(), Long.MAX_VALUE));
    }

    @Test
    void aViewStaysAsItWas() {
        apply(1, put(TestRows.string(A, "1", 5)), put(TestRows.string(B, "1", 6)));
        try (StoreView first = store().view()) {
            apply(2, put(TestRows.string(A, "2", 7), 5), put(TestRows.string(C, "2", 1)));
            try (StoreView second = store().view()) {
                store().apply(new StoreBatch(List.of(all(RowKind.KEY)), List.of(), TestRows.position(3)));
                store().clear();
                assertEquals(List.of(TestRows.string(A, "1", 5), TestRows.string(B, "1", 6)), rows(first));
                assertEquals(List.of(TestRows.string(A, "1", 5), TestRows.string(B, "1", 6)), expiring(first, 9));
                assertEquals(TestRows.string(A, "1", 5), first.find(RowKeys.key(A)));
                assertEquals(TestRows.position(1), first.position());
                assertEquals(3, rows(second).size());
                assertEquals(TestRows.string(C, "2", 1), expiring(second, 9).getFirst());
                assertEquals(TestRows.position(2), second.position());
            }
        }
        assertEquals(List.of(), rows(store()));
    }

    @Test
    void viewsAreWholeWhileBatchesAreApplied() throws InterruptedException, ExecutionException {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Long> reader = CompletableFuture.supplyAsync(() -> readWhole(done));
        try {
            for (int batch = 1; batch <= 300; batch++) {
                String value = "of batch " + batch;
                List<StoreBatch.Change> changes = new ArrayList<>();
                for (long index = 0; index < 50; index++) {
                    changes.add(put(TestRows.item(A, batch * 50L + index, value)));
                }
                changes.add(put(TestRows.string(A, value, NONE)));
                store().apply(new StoreBatch(List.of(all(RowKind.LIST_ITEM)), changes, TestRows.position(batch)));
            }
        } finally {
            done.set(true);
        }
        assertTrue(reader.get() > 0);
    }

    /** Reads views until {@code done}, each of which must be of one batch; how many it read. */
    private long readWhole(AtomicBoolean done) {
        long views = 0;
        boolean last;
        do {
            last = done.get();
            try (StoreView view = store().view()) {
                long batch = view.position().snapshot().offset();
                List<SnapshotRow> rows = rows(view);
                assertEquals(batch == 0 ? 0 : 51, rows.size());
                if (batch > 0) {
                    assertEquals(TestRows.string(A, "of batch " + batch, NONE), rows.getFirst());
                    assertEquals(TestRows.item(A, batch * 50 + 49, "of batch " + batch), rows.getLast());
                }
            }
            views++;
        } while (!last);
        return views;
    }

    @Test
    void randomBatchesLeadWhereTheyLeadAMap() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        TreeMap<Bytes, SnapshotRow> model = new TreeMap<>();
        for (int n = 1; n <= 400; n++) {
            StoreBatch batch = TestRows.randomBatch(random, model, n);
            store().apply(batch);
            TestRows.applyTo(model, batch);
            if (random.nextInt(100) == 0) {
                store().clear();
                model.clear();
            }
            String message = "batch " + n + ", -Dkora.seed=" + seed;
            assertEquals(List.copyOf(model.values()), rows(store()), message);
            assertEquals(TestRows.expiring(model), expiring(store(), Long.MAX_VALUE), message);
            try (StoreView view = store().view()) {
                assertEquals(List.copyOf(model.values()), rows(view), message);
                assertEquals(TestRows.expiring(model), expiring(view, Long.MAX_VALUE), message);
            }
        }
    }

    @Test
    void flushingChangesNothingToBeSeen() {
        apply(1, put(TestRows.string(A, "1", 5)));
        store().flush();
        apply(2, put(TestRows.string(B, "1", 6)));
        store().flush();
        assertEquals(2, rows(store()).size());
        assertEquals(2, expiring(store(), 9).size());
    }

    @Test
    void aCursorMayBeClosedTwiceAndBeforeItsEnd() {
        apply(1, put(TestRows.string(A, "1", 5)), put(TestRows.string(B, "1", 6)));
        RowCursor cursor = store().scan(Bytes.EMPTY, null);
        assertTrue(cursor.next());
        assertEquals(RowKeys.key(A), cursor.rowKey());
        cursor.close();
        cursor.close();
        try (RowCursor empty = store().scan(RowKeys.key(C), null)) {
            assertFalse(empty.next());
        }
    }

    @Test
    void aCursorStaysBehindTheLastRow() {
        apply(1, put(TestRows.string(A, "1", 5)));
        for (RowCursor each : List.of(store().scan(Bytes.EMPTY, null), store().scanExpiring(9))) {
            try (RowCursor cursor = each) {
                assertTrue(cursor.next());
                assertFalse(cursor.next());
                assertFalse(cursor.next());
            }
        }
    }

    /** Applies changes as the batch of this number. */
    protected final void apply(long number, StoreBatch.Change... changes) {
        store().apply(new StoreBatch(List.of(), List.of(changes), TestRows.position(number)));
    }

    protected static StoreBatch.Change put(SnapshotRow row) {
        return put(row, NONE);
    }

    protected static StoreBatch.Change put(SnapshotRow row, long formerExpiryMs) {
        return new StoreBatch.Change(RowKeys.of(row), row, formerExpiryMs);
    }

    protected static StoreBatch.Change delete(Bytes rowKey, long formerExpiryMs) {
        return new StoreBatch.Change(rowKey, null, formerExpiryMs);
    }

    protected static List<SnapshotRow> rows(Rows from) {
        return TestRows.list(from.scan(Bytes.EMPTY, null));
    }

    protected static List<SnapshotRow> expiring(Rows from, long atMs) {
        return TestRows.list(from.scanExpiring(atMs));
    }

    protected static StoreBatch.Range all(RowKind kind) {
        Bytes prefix = RowKeys.all(kind);
        return new StoreBatch.Range(prefix, RowKeys.end(prefix));
    }

    /** For subclasses whose field is set before each test. */
    protected static <T> T opened(@Nullable T store) {
        if (store == null) {
            throw new AssertionError("not opened");
        }
        return store;
    }
}
