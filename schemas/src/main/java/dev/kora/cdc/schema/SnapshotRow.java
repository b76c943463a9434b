package dev.kora.cdc.schema;

import org.jspecify.annotations.Nullable;

/**
 * One piece of state in the snapshot: a key, an element of a collection, a document, a vector, or the checkpoint over them.
 *
 * <p>A collection is a {@link Key} row with a row for each element, so that a push to a list of a million items changes two
 * rows. {@link RowKeys} gives each row its key in RocksDB and in the compacted topic alike.
 */
public sealed interface SnapshotRow {

    /** The key has no time to live. */
    long NO_EXPIRY = -1;

    /** Sequence of the entry that last changed this row. */
    long sequence();

    /** Time of the entry that last changed this row, in milliseconds since 1970. */
    long updatedAtMs();

    /**
     * A key of the key space.
     *
     * @param type STRING, LIST, HASH or SET
     * @param value the string; null for collections
     * @param size number of elements; 0 for strings
     * @param head index of a list's first item; 0 for other types
     * @param tail index behind a list's last item (size = tail - head); 0 for other types
     * @param expiresAtMs milliseconds since 1970, {@link Long#MAX_VALUE} for never, or {@link #NO_EXPIRY}
     */
    record Key(
            Bytes key,
            ValueType type,
            @Nullable Bytes value,
            long size,
            long head,
            long tail,
            long expiresAtMs,
            long sequence,
            long updatedAtMs)
            implements SnapshotRow {}

    /** An item of a list at an index, which may be negative; indexes have no holes between head and tail. */
    record ListItem(Bytes key, long index, Bytes item, long sequence, long updatedAtMs) implements SnapshotRow {}

    record HashField(Bytes key, Bytes field, Bytes value, long sequence, long updatedAtMs) implements SnapshotRow {}

    record SetMember(Bytes key, Bytes member, long sequence, long updatedAtMs) implements SnapshotRow {}

    /** A document collection; it exists even without documents. */
    record Collection(Bytes collection, long sequence, long updatedAtMs) implements SnapshotRow {}

    /** A document, as normalised JSON text in UTF-8. */
    record Document(Bytes collection, Bytes docId, Bytes json, long sequence, long updatedAtMs)
            implements SnapshotRow {}

    /**
     * The index of vectors under a key.
     *
     * @param dimensions of every vector in it, as an unsigned 32-bit number
     * @param size number of distinct vectors
     */
    record VectorIndex(Bytes key, int dimensions, long size, long sequence, long updatedAtMs) implements SnapshotRow {}

    /**
     * One vector of an index.
     *
     * @param id SipHash-1-3 with zero keys of the bytes, as Kora returns it
     * @param vector floats, little-endian
     */
    record Vector(Bytes key, long id, Bytes vector, long sequence, long updatedAtMs) implements SnapshotRow {}

    /**
     * Says: the rows before me in this partition are the state at {@code position}.
     *
     * @param position offset of the next WAL entry to apply
     * @param leaderEpoch of the WAL entry before the position; -1 where none was read
     * @param walTopicId the WAL topic's id as Kafka prints it
     * @param epoch epoch of the last applied entry; 0 before the first
     * @param marker offset of the newest truncation marker covered, or null
     * @param truncatedTo offset that the WAL was last truncated to, or null
     * @param rows number of rows, without the checkpoint
     * @param keys number of KEY rows among them, those included whose time to live has ended and that are not yet removed
     * @param digest {@link Digest} over the rows
     * @param sequence of the last applied entry; 0 before the first
     * @param updatedAtMs time of the last applied entry; 0 before the first
     */
    record Checkpoint(
            long position,
            int leaderEpoch,
            String walTopicId,
            long epoch,
            @Nullable Long marker,
            @Nullable Long truncatedTo,
            long rows,
            long keys,
            long digest,
            long sequence,
            long updatedAtMs)
            implements SnapshotRow {}
}
