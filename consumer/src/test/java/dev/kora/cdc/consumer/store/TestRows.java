package dev.kora.cdc.consumer.store;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows, positions and batches for tests of stores. */
public final class TestRows {
    private TestRows() {}

    public static SnapshotRow.Key string(Bytes key, String value, long expiresAtMs) {
        return new SnapshotRow.Key(key, ValueType.STRING, Bytes.utf8(value), 0, 0, 0, expiresAtMs, 1, 1);
    }

    public static SnapshotRow.Key list(Bytes key, long head, long tail) {
        return new SnapshotRow.Key(key, ValueType.LIST, null, tail - head, head, tail, SnapshotRow.NO_EXPIRY, 1, 1);
    }

    public static SnapshotRow.Key set(Bytes key, long size) {
        return new SnapshotRow.Key(key, ValueType.SET, null, size, 0, 0, SnapshotRow.NO_EXPIRY, 1, 1);
    }

    public static SnapshotRow.ListItem item(Bytes key, long index, String item) {
        return new SnapshotRow.ListItem(key, index, Bytes.utf8(item), 1, 1);
    }

    /** The position behind the batch of a number. */
    public static StorePosition position(long number) {
        return new StorePosition(null, "snapshot", LogPosition.of(number), number, number, -number);
    }

    /** The rest of a cursor, which is closed. */
    static List<SnapshotRow> list(RowCursor cursor) {
        try (cursor) {
            List<SnapshotRow> rows = new ArrayList<>();
            while (cursor.next()) {
                rows.add(cursor.row());
            }
            return rows;
        }
    }

    /** A batch of random changes and now and then of ranges, as it must be after {@code before}. */
    public static StoreBatch randomBatch(Random random, SortedMap<Bytes, SnapshotRow> before, long number) {
        List<StoreBatch.Range> ranges = new ArrayList<>();
        SortedMap<Bytes, SnapshotRow> left = new TreeMap<>(before);
        if (random.nextInt(8) == 0) {
            Bytes one = rowKey(random, before);
            Bytes prefix = Bytes.of(Arrays.copyOf(one.array(), 1 + random.nextInt(one.length())));
            StoreBatch.Range range = new StoreBatch.Range(prefix, RowKeys.end(prefix));
            ranges.add(range);
            left.subMap(range.from(), range.to()).clear();
        }
        SortedMap<Bytes, StoreBatch.Change> changes = new TreeMap<>();
        int count = random.nextInt(12);
        RandomRecords records = new RandomRecords(random);
        for (int n = 0; n < count; n++) {
            if (random.nextInt(4) == 0) {
                Bytes rowKey = rowKey(random, before);
                changes.put(rowKey, new StoreBatch.Change(rowKey, null, expiryMs(left.get(rowKey))));
            } else {
                SnapshotRow row = records.stateRow();
                Bytes rowKey = RowKeys.of(row);
                changes.put(rowKey, new StoreBatch.Change(rowKey, row, expiryMs(left.get(rowKey))));
            }
        }
        return new StoreBatch(ranges, List.copyOf(changes.values()), position(number));
    }

    /** Does to a map what a store does. */
    public static void applyTo(SortedMap<Bytes, SnapshotRow> rows, StoreBatch batch) {
        batch.ranges().forEach(range -> rows.subMap(range.from(), range.to()).clear());
        for (StoreBatch.Change change : batch.changes()) {
            if (change.row() == null) {
                rows.remove(change.rowKey());
            } else {
                rows.put(change.rowKey(), change.row());
            }
        }
    }

    /** The keys among the rows that expire, in the order in which they do. */
    static List<SnapshotRow> expiring(SortedMap<Bytes, SnapshotRow> rows) {
        return rows.values().stream()
                .filter(row -> expiryMs(row) != SnapshotRow.NO_EXPIRY && expiryMs(row) != Long.MAX_VALUE)
                .sorted(Comparator.comparingLong(TestRows::expiryMs).thenComparing(RowKeys::of))
                .toList();
    }

    private static Bytes rowKey(Random random, SortedMap<Bytes, SnapshotRow> rows) {
        Bytes one = RowKeys.of(new RandomRecords(random).stateRow());
        SortedMap<Bytes, SnapshotRow> from = rows.tailMap(one);
        return from.isEmpty() ? one : from.firstKey();
    }

    private static long expiryMs(@Nullable SnapshotRow row) {
        return row instanceof SnapshotRow.Key key ? key.expiresAtMs() : SnapshotRow.NO_EXPIRY;
    }
}
