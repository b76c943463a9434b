package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state as a commit in progress sees it: a base of rows that stays as it is, and above it what the commit has changed.
 *
 * <p><b>Within a commit the last value wins.</b> Every row looked at is kept once, as the base has it and as it is now; what
 * the base does not hold and the commit does not leave behind is gone without a trace.
 *
 * <p><b>Removing many rows</b> (a whole collection, FLUSHDB) must not need memory for them. The first {@value
 * #SINGLE_REMOVALS} rows of the base are removed one by one, since a range deletion for every little collection would slow
 * the store's reads. With more than that, the rows are streamed: each gives its tombstone to the sink at once and leaves the
 * tally, nothing of it is kept, and the range is remembered, so that the base's rows in it are no longer seen and the store
 * can delete it whole. A row put into such a range later lies above it.
 *
 * <p><b>The tally</b> leaves out a row of the base when it is changed for the first time, and counts the changed rows in when
 * the overlay is sealed. A row changed a thousand times in a commit is hashed twice.
 *
 * <p>Not thread-safe. The base must not change before the overlay is closed.
 */
public final class Overlay implements State, AutoCloseable {
    static final int SINGLE_REMOVALS = 128;

    private final Rows base;
    private final TombstoneSink tombstones;
    private final TreeMap<Bytes, TouchedRow> touched = new TreeMap<>();
    private final RowRanges removed = new RowRanges();
    private final Expiries expiries;
    private final Tally tally;
    private long bytes;

    /**
     * An overlay without changes.
     *
     * @param base rows that stay as they are until the overlay is closed
     * @param position where the base stands; its counts and digest are gone on from
     * @param tombstones takes the tombstones of rows of the base that go
     */
    public Overlay(Rows base, StorePosition position, TombstoneSink tombstones) {
        this.base = base;
        this.tombstones = tombstones;
        this.tally = Tally.at(position);
        this.expiries = new Expiries(base, rowKey -> touched.containsKey(rowKey) || removed.contains(rowKey));
    }

    @Override
    public @Nullable SnapshotRow find(Bytes rowKey) {
        return touch(rowKey).row();
    }

    @Override
    public SnapshotRow.@Nullable Key firstExpired(long atMs) {
        Expiry first = expiries.first(atMs);
        return first == null ? null : (SnapshotRow.Key) find(first.rowKey());
    }

    @Override
    public void put(Bytes rowKey, SnapshotRow row) {
        TouchedRow touchedRow = touch(rowKey);
        beforeChange(touchedRow, row);
        touchedRow.put(row);
        bytes += touchedRow.bytes();
    }

    @Override
    public void delete(Bytes rowKey, Tombstone.Reason reason, long sequence) {
        TouchedRow row = touch(rowKey);
        if (row.row() != null) {
            remove(row, reason, sequence);
        }
    }

    @Override
    public void deleteAll(Bytes prefix, Tombstone.Reason reason, long sequence) {
        Bytes end = RowKeys.end(prefix);
        NavigableMap<Bytes, TouchedRow> touchedInRange = touched.subMap(prefix, true, end, false);
        for (TouchedRow row : touchedInRange.values()) {
            if (row.row() != null) {
                remove(row, reason, sequence);
            }
        }
        if (removeFromBase(prefix, end, reason, sequence)) {
            touchedInRange.values().forEach(this::giveTombstone);
            touchedInRange.values().forEach(row -> bytes -= row.bytes());
            touchedInRange.clear();
            removed.add(prefix, end);
        }
    }

    /** Number of rows that the overlay keeps in memory. */
    public int size() {
        return touched.size();
    }

    /** About what the overlay takes in memory, in bytes. */
    public long bytes() {
        return bytes;
    }

    /**
     * Ends the overlay: hands over the tombstones of the rows that went one by one, and says what is changed. To be called
     * once; nothing may be read or changed afterwards.
     */
    public Changes seal() {
        List<StoreBatch.Change> changes = new ArrayList<>();
        for (TouchedRow row : touched.values()) {
            StoreBatch.Change change = row.toChange();
            if (change != null) {
                giveTombstone(row);
                changes.add(change);
                if (change.row() != null) {
                    tally.add(change.row());
                }
            }
        }
        return new Changes(removed.toList(), changes, tally);
    }

    /** Releases what the overlay holds of its base. Idempotent. */
    @Override
    public void close() {
        expiries.close();
    }

    private TouchedRow touch(Bytes rowKey) {
        TouchedRow row = touched.get(rowKey);
        return row != null ? row : keep(rowKey, removed.contains(rowKey) ? null : base.find(rowKey));
    }

    private TouchedRow keep(Bytes rowKey, @Nullable SnapshotRow inBase) {
        TouchedRow row = new TouchedRow(rowKey, inBase);
        touched.put(rowKey, row);
        expiries.replace(rowKey, null, inBase);
        bytes += row.bytes();
        return row;
    }

    private void remove(TouchedRow row, Tombstone.Reason reason, long sequence) {
        beforeChange(row, null);
        row.remove(reason, sequence);
        bytes += row.bytes();
    }

    private void beforeChange(TouchedRow row, @Nullable SnapshotRow next) {
        bytes -= row.bytes();
        expiries.replace(row.rowKey(), row.row(), next);
        if (!row.changed() && row.row() != null) {
            tally.subtract(row.row());
        }
    }

    /** Removes the base's rows in a range that were not touched; returns whether they were too many to be kept. */
    private boolean removeFromBase(Bytes from, Bytes to, Tombstone.Reason reason, long sequence) {
        int kept = 0;
        boolean streaming = false;
        for (StoreBatch.Range gap : removed.gaps(from, to)) {
            try (RowCursor rows = base.scan(gap.from(), gap.to())) {
                while (rows.next()) {
                    if (touched.containsKey(rows.rowKey())) {
                        continue;
                    }
                    streaming |= kept == SINGLE_REMOVALS;
                    if (streaming) {
                        stream(rows.rowKey(), rows.row(), reason, sequence);
                    } else {
                        remove(keep(rows.rowKey(), rows.row()), reason, sequence);
                        kept++;
                    }
                }
            }
        }
        return streaming;
    }

    private void stream(Bytes rowKey, SnapshotRow row, Tombstone.Reason reason, long sequence) {
        tally.subtract(row);
        Tombstone tombstone = new Tombstone(RowKeys.kind(rowKey), ValueType.of(row), reason, sequence);
        tombstones.tombstone(rowKey, tombstone);
    }

    private void giveTombstone(TouchedRow row) {
        Tombstone tombstone = row.toTombstone();
        if (tombstone != null) {
            tombstones.tombstone(row.rowKey(), tombstone);
        }
    }
}
