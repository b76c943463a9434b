package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.ValueType;
import org.jspecify.annotations.Nullable;

/** A row that a commit has looked at, with what the base holds under its row key and what has become of it. */
final class TouchedRow {
    /** What the objects around a row take, about, in bytes. */
    private static final int OVERHEAD_BYTES = 240;

    private final Bytes rowKey;
    private final @Nullable ValueType baseType;
    private final long baseExpiryMs;
    private @Nullable SnapshotRow row;
    private boolean changed;
    private Tombstone.Reason reason = Tombstone.Reason.DEL;
    private long removedBy;

    TouchedRow(Bytes rowKey, @Nullable SnapshotRow base) {
        this.rowKey = rowKey;
        this.baseType = base == null ? null : ValueType.of(base);
        this.baseExpiryMs = base instanceof SnapshotRow.Key key ? key.expiresAtMs() : SnapshotRow.NO_EXPIRY;
        this.row = base;
    }

    Bytes rowKey() {
        return rowKey;
    }

    /** The row as it is now, or null. */
    @Nullable
    SnapshotRow row() {
        return row;
    }

    /** Whether the commit has set or removed it. */
    boolean changed() {
        return changed;
    }

    void put(SnapshotRow next) {
        row = next;
        changed = true;
    }

    void remove(Tombstone.Reason why, long sequence) {
        row = null;
        changed = true;
        reason = why;
        removedBy = sequence;
    }

    /** The change to be made in the base; null where nothing is to be done. */
    StoreBatch.@Nullable Change toChange() {
        boolean trace = changed && (row != null || baseType != null);
        return trace ? new StoreBatch.Change(rowKey, row, baseExpiryMs) : null;
    }

    /** The tombstone of a row that the base holds and that is gone; null otherwise. */
    @Nullable
    Tombstone toTombstone() {
        return changed && row == null && baseType != null
                ? new Tombstone(RowKeys.kind(rowKey), baseType, reason, removedBy)
                : null;
    }

    /** About what it takes in memory. */
    long bytes() {
        return OVERHEAD_BYTES + rowKey.length() + (row == null ? 0 : payload(row));
    }

    private static long payload(SnapshotRow row) {
        return switch (row) {
            case SnapshotRow.Key r -> r.key().length() + length(r.value());
            case SnapshotRow.ListItem r -> r.key().length() + r.item().length();
            case SnapshotRow.HashField r ->
                r.key().length() + r.field().length() + r.value().length();
            case SnapshotRow.SetMember r -> r.key().length() + r.member().length();
            case SnapshotRow.Collection r -> r.collection().length();
            case SnapshotRow.Document r ->
                r.collection().length() + r.docId().length() + r.json().length();
            case SnapshotRow.VectorIndex r -> r.key().length();
            case SnapshotRow.Vector r -> r.key().length() + r.vector().length();
            case SnapshotRow.Checkpoint r -> 0;
        };
    }

    private static int length(@Nullable Bytes bytes) {
        return bytes == null ? 0 : bytes.length();
    }
}
