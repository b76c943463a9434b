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
     * @param skips what was skipped so far; null where nothing was
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
            long updatedAtMs,
            @Nullable Skips skips)
            implements SnapshotRow {

        /** A checkpoint of a shard in which nothing was skipped. */
        public Checkpoint(
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
                long updatedAtMs) {
            this(
                    position,
                    leaderEpoch,
                    walTopicId,
                    epoch,
                    marker,
                    truncatedTo,
                    rows,
                    keys,
                    digest,
                    sequence,
                    updatedAtMs,
                    null);
        }

        /** The skips, if the next entry is the first behind skipped ones; null where an entry was applied since. */
        public @Nullable Skips openSkips() {
            return skips != null && skips.offset + 1 == position ? skips : null;
        }
    }

    /**
     * Which entries of a shard's WAL were passed over at an operator's word: how many, and the last.
     *
     * <p>Where entries are missing, or one cannot be decoded, nobody knows which sequence comes next. So the first entry behind
     * skipped ones may go on from the last applied entry, as if the skipped ones had never been there, or from {@code epoch} and
     * {@code sequence}, where they led to; and from up to {@code unread} further than either. Once it has come, {@code sequence} is its
     * own: of what stands before it nobody knows any more which entries were seen, so none of that is taken for a duplicate.
     *
     * @param count entries ever skipped; at least 1
     * @param offset of the last one skipped
     * @param epoch of the newest skipped entry that stands ahead of the last applied one; of that one where there is none. Once the
     *     log has gone on, of the entry that it went on with
     * @param sequence likewise
     * @param unread number of entries skipped since the last applied one that could not be decoded; 0 once the log has gone on
     * @param reason why the last one was skipped, at most {@link Limits#SKIP_REASON_LENGTH} characters
     * @param atMs when the last one was skipped, in milliseconds since 1970
     */
    record Skips(long count, long offset, long epoch, long sequence, long unread, String reason, long atMs) {

        /** The same, when the log has gone on with an entry. */
        public Skips goneOnWith(WalEntry entry) {
            return new Skips(count, offset, entry.epoch(), entry.sequence(), 0, reason, atMs);
        }
    }
}
