package dev.kora.cdc.consumer.fold;

import dev.kora.cdc.consumer.store.State;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.Tombstone;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.Arrays;

/**
 * Vector indexes, as one entry changes them. An index is a set of distinct vectors: the id of a vector is a hash of its
 * bytes, so the same bytes again change nothing.
 */
final class Vectors {
    private final State state;
    private final long nowMs;
    private final long sequence;

    Vectors(State state, WalEntry entry) {
        this.state = state;
        this.nowMs = entry.timeMs();
        this.sequence = entry.sequence();
    }

    Outcome add(WalRecord.VecSet record) {
        Bytes key = record.key();
        Bytes floats = wholeFloats(record.vector());
        SnapshotRow.VectorIndex index = (SnapshotRow.VectorIndex) state.find(RowKeys.vectorIndex(key));
        if (index != null && index.dimensions() != record.dimensions()) {
            return Outcome.OTHER_DIMENSIONS;
        }
        if (floats.length() / Float.BYTES != Integer.toUnsignedLong(record.dimensions())) {
            return Outcome.VECTOR_LENGTH;
        }
        long id = SipHash13.hash(floats.array());
        Bytes rowKey = RowKeys.vector(key, id);
        boolean added = state.find(rowKey) == null;
        state.put(rowKey, new SnapshotRow.Vector(key, id, floats, sequence, nowMs));
        long size = (index == null ? 0 : index.size()) + (added ? 1 : 0);
        state.put(
                RowKeys.vectorIndex(key), new SnapshotRow.VectorIndex(key, record.dimensions(), size, sequence, nowMs));
        return Outcome.APPLIED;
    }

    Outcome dropIndex(Bytes key) {
        Bytes rowKey = RowKeys.vectorIndex(key);
        if (state.find(rowKey) == null) {
            return Outcome.NOTHING_THERE;
        }
        state.deleteAll(RowKeys.vectors(key), Tombstone.Reason.DEL, sequence);
        state.delete(rowKey, Tombstone.Reason.DEL, sequence);
        return Outcome.APPLIED;
    }

    /** Kora takes the bytes in chunks of four and drops what is left over. */
    private static Bytes wholeFloats(Bytes vector) {
        int excess = vector.length() % Float.BYTES;
        return excess == 0 ? vector : Bytes.of(Arrays.copyOf(vector.array(), vector.length() - excess));
    }
}
