package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an overlay and of its base, in the order in which they expire.
 *
 * <p>The base does not change meanwhile, and what the overlay has touched or removed of it stays so: one cursor over the
 * base's expiring keys, which only goes forward, serves the whole commit.
 */
final class Expiries implements AutoCloseable {
    private final Rows base;
    private final Predicate<Bytes> hidden;
    private final TreeSet<Expiry> touched = new TreeSet<>();
    private @Nullable RowCursor cursor;
    private @Nullable Expiry head;

    /**
     * @param base holds the keys that the overlay has not touched
     * @param hidden whether the row under a row key is no longer the base's: touched, or removed with a range
     */
    Expiries(Rows base, Predicate<Bytes> hidden) {
        this.base = base;
        this.hidden = hidden;
    }

    /** Replaces the expiry of a touched row by that of what it becomes. */
    void replace(Bytes rowKey, @Nullable SnapshotRow former, @Nullable SnapshotRow row) {
        Expiry before = Expiry.of(rowKey, former);
        Expiry after = Expiry.of(rowKey, row);
        if (Objects.equals(before, after)) {
            return;
        }
        if (before != null) {
            touched.remove(before);
        }
        if (after != null) {
            touched.add(after);
        }
    }

    /** The first expiry that is not after a time, or null. */
    @Nullable
    Expiry first(long atMs) {
        Expiry first = headOfBase();
        if (!touched.isEmpty() && (first == null || touched.first().compareTo(first) < 0)) {
            first = touched.first();
        }
        return first != null && first.atMs() <= atMs ? first : null;
    }

    private @Nullable Expiry headOfBase() {
        if (cursor == null) {
            cursor = base.scanExpiring(Long.MAX_VALUE - 1);
            head = next(cursor);
        }
        if (head != null && hidden.test(head.rowKey())) {
            head = next(cursor);
        }
        return head;
    }

    private @Nullable Expiry next(RowCursor cursor) {
        while (cursor.next()) {
            if (!hidden.test(cursor.rowKey())) {
                return Expiry.of(cursor.rowKey(), cursor.row());
            }
        }
        return null;
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
