package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.SnapshotRow;

/** Row count, key count and digest of a set of rows, kept up to date row by row. Not thread-safe. */
public final class Tally {
    private long rows;
    private long keys;
    private long digest;

    /** A tally of no rows. */
    public Tally() {}

    /** A tally of the rows that a store at a position holds. */
    public static Tally at(StorePosition position) {
        Tally tally = new Tally();
        tally.rows = position.rows();
        tally.keys = position.keys();
        tally.digest = position.digest();
        return tally;
    }

    /** Counts a row in. */
    public void add(SnapshotRow row) {
        count(row, 1);
        digest += Digest.of(row);
    }

    /** Counts a row out that was counted in before. */
    public void subtract(SnapshotRow row) {
        count(row, -1);
        digest -= Digest.of(row);
    }

    private void count(SnapshotRow row, int by) {
        rows += by;
        if (row instanceof SnapshotRow.Key) {
            keys += by;
        }
    }

    /** Number of rows. */
    public long rows() {
        return rows;
    }

    /** Number of KEY rows among them. */
    public long keys() {
        return keys;
    }

    /** {@link Digest} over the rows. */
    public long digest() {
        return digest;
    }
}
