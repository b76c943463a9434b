package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The canonical bytes of a row, as they stand under its row key in RocksDB: a persisted format. What the row key says is not
 * repeated; what kind of row it is, the row key tells.
 *
 * <pre>
 * row     := version (1 byte, 01; 02 for a checkpoint with skips) sequence updated_at content
 * content := KEY           type (1 byte: 1 string, 2 list, 3 hash, 4 set) expires_at (-1 for none) rest
 *                          rest of a string: its bytes; of others: size head tail
 *            LIST_ITEM     item             HASH_FIELD  value          SET_MEMBER, COLLECTION  nothing
 *            DOCUMENT      JSON text        VECTOR      floats         VECTOR_INDEX  dimensions size
 *            CHECKPOINT    position leader_epoch epoch marker+1 truncated_to+1 rows keys digest topic id (0 stands for no marker)
 *            with skips, before all that: skips skipped_offset skipped_epoch skipped_sequence skipped_unread skipped_at
 *                          length of the reason  reason
 * </pre>
 *
 * <p>Numbers are Avro longs: zig-zag, seven bits a byte, low bits first. Byte strings are the rest of the bytes, so none
 * needs a length. The content of two rows under one row key is the same exactly if the rows say the same; {@link Digest}
 * takes it for that.
 */
public final class RowFormat {
    static final byte VERSION = 1;
    static final byte SKIPS_VERSION = 2;

    private static final int MAX_HEADER_SIZE = 1 + 2 * AvroOut.MAX_LONG_SIZE;

    private RowFormat() {}

    /** The canonical bytes of a row. */
    public static byte[] encode(SnapshotRow row) {
        ByteBuffer into = ByteBuffer.allocate(MAX_HEADER_SIZE + maxContentSize(row));
        into.put(version(row));
        AvroOut.putLong(row.sequence(), into);
        AvroOut.putLong(row.updatedAtMs(), into);
        putContent(row, into);
        return Arrays.copyOf(into.array(), into.position());
    }

    /** What the bytes of a row begin with. A shard in which nothing was skipped can be read by versions that knew no skips. */
    private static byte version(SnapshotRow row) {
        return row instanceof SnapshotRow.Checkpoint checkpoint && checkpoint.skips() != null ? SKIPS_VERSION : VERSION;
    }

    /**
     * Reads a row back.
     *
     * @throws CdcException.Corrupt the bytes are of another version, too short, too long, or no row
     */
    public static SnapshotRow decode(Bytes rowKey, byte[] bytes) {
        RowKeys.Parts key = RowKeys.parse(rowKey);
        AvroIn in = new AvroIn(Bytes.of(bytes));
        boolean skips = readVersion(in, key.kind());
        Stamp stamp = new Stamp(in.readLong("sequence"), in.readLong("updated_at"));
        SnapshotRow row = skips ? readCheckpoint(stamp, readSkips(in), in) : readContent(key, stamp, in);
        in.end();
        return row;
    }

    /** When a row was last changed. */
    private record Stamp(long sequence, long updatedAtMs) {}

    /** Whether the row is a checkpoint with skips. */
    private static boolean readVersion(AvroIn in, RowKind kind) {
        byte version = in.readByte("version");
        boolean skips = version == SKIPS_VERSION && kind == RowKind.CHECKPOINT;
        if (version != VERSION && !skips) {
            throw new CdcException.Corrupt(
                    "a stored row has version %d, this program reads %s: delete the store, it is rebuilt"
                            .formatted(version, kind == RowKind.CHECKPOINT ? "versions 1 and 2" : "version 1"));
        }
        return skips;
    }

    /** Where the content begins in the canonical bytes of a row that is no checkpoint. */
    static int contentOffset(byte[] bytes) {
        AvroIn in = new AvroIn(Bytes.of(bytes));
        readVersion(in, RowKind.KEY);
        in.readLong("sequence");
        in.readLong("updated_at");
        return in.position();
    }

    /** An upper bound of the bytes that {@link #putContent} writes. */
    static int maxContentSize(SnapshotRow row) {
        return switch (row) {
            case SnapshotRow.Key r -> 1 + 4 * AvroOut.MAX_LONG_SIZE + length(r.value());
            case SnapshotRow.ListItem r -> r.item().length();
            case SnapshotRow.HashField r -> r.value().length();
            case SnapshotRow.SetMember r -> 0;
            case SnapshotRow.Collection r -> 0;
            case SnapshotRow.Document r -> r.json().length();
            case SnapshotRow.VectorIndex r -> 2 * AvroOut.MAX_LONG_SIZE;
            case SnapshotRow.Vector r -> r.vector().length();
            case SnapshotRow.Checkpoint r ->
                8 * AvroOut.MAX_LONG_SIZE + Bytes.utf8(r.walTopicId()).length() + maxSize(r.skips());
        };
    }

    private static int maxSize(SnapshotRow.@Nullable Skips skips) {
        return skips == null
                ? 0
                : 7 * AvroOut.MAX_LONG_SIZE + Bytes.utf8(skips.reason()).length();
    }

    private static int length(@Nullable Bytes bytes) {
        return bytes == null ? 0 : bytes.length();
    }

    static void putContent(SnapshotRow row, ByteBuffer into) {
        switch (row) {
            case SnapshotRow.Key r -> putKey(r, into);
            case SnapshotRow.ListItem r -> into.put(r.item().array());
            case SnapshotRow.HashField r -> into.put(r.value().array());
            case SnapshotRow.SetMember r -> {}
            case SnapshotRow.Collection r -> {}
            case SnapshotRow.Document r -> into.put(r.json().array());
            case SnapshotRow.VectorIndex r -> {
                AvroOut.putLong(Integer.toUnsignedLong(r.dimensions()), into);
                AvroOut.putLong(r.size(), into);
            }
            case SnapshotRow.Vector r -> into.put(r.vector().array());
            case SnapshotRow.Checkpoint r -> putCheckpoint(r, into);
        }
    }

    private static SnapshotRow readContent(RowKeys.Parts at, Stamp stamp, AvroIn in) {
        long sequence = stamp.sequence;
        long updatedAtMs = stamp.updatedAtMs;
        return switch (at.kind()) {
            case KEY -> readKey(at.key(), stamp, in);
            case LIST_ITEM -> new SnapshotRow.ListItem(at.key(), at.index(), in.readRest(), sequence, updatedAtMs);
            case HASH_FIELD -> new SnapshotRow.HashField(at.key(), at.element(), in.readRest(), sequence, updatedAtMs);
            case SET_MEMBER -> new SnapshotRow.SetMember(at.key(), at.element(), sequence, updatedAtMs);
            case COLLECTION -> new SnapshotRow.Collection(at.key(), sequence, updatedAtMs);
            case DOCUMENT -> new SnapshotRow.Document(at.key(), at.element(), in.readRest(), sequence, updatedAtMs);
            case VECTOR_INDEX ->
                new SnapshotRow.VectorIndex(
                        at.key(),
                        AvroValues.unsignedInt(in.readLong("dimensions")),
                        in.readLong("size"),
                        sequence,
                        updatedAtMs);
            case VECTOR -> new SnapshotRow.Vector(at.key(), at.id(), in.readRest(), sequence, updatedAtMs);
            case CHECKPOINT -> readCheckpoint(stamp, null, in);
        };
    }

    private static void putKey(SnapshotRow.Key row, ByteBuffer into) {
        into.put(typeCode(row.type()));
        AvroOut.putLong(row.expiresAtMs(), into);
        if (row.type() == ValueType.STRING) {
            into.put(RowValues.string(row).array());
        } else {
            AvroOut.putLong(row.size(), into);
            AvroOut.putLong(row.head(), into);
            AvroOut.putLong(row.tail(), into);
        }
    }

    private static SnapshotRow readKey(Bytes key, Stamp stamp, AvroIn in) {
        ValueType type = typeOf(in.readByte("type"));
        long expiresAt = in.readLong("expires_at");
        if (type == ValueType.STRING) {
            return new SnapshotRow.Key(key, type, in.readRest(), 0, 0, 0, expiresAt, stamp.sequence, stamp.updatedAtMs);
        }
        long size = in.readLong("size");
        long head = in.readLong("head");
        long tail = in.readLong("tail");
        return new SnapshotRow.Key(key, type, null, size, head, tail, expiresAt, stamp.sequence, stamp.updatedAtMs);
    }

    private static byte typeCode(ValueType type) {
        return switch (type) {
            case STRING -> 1;
            case LIST -> 2;
            case HASH -> 3;
            case SET -> 4;
            case COLLECTION, DOCUMENT, VECTOR, CHECKPOINT ->
                throw new IllegalArgumentException("a key cannot be of type " + type);
        };
    }

    private static ValueType typeOf(byte code) {
        return switch (code) {
            case 1 -> ValueType.STRING;
            case 2 -> ValueType.LIST;
            case 3 -> ValueType.HASH;
            case 4 -> ValueType.SET;
            default -> throw new CdcException.Corrupt("a stored key has the unknown type " + code);
        };
    }

    private static void putCheckpoint(SnapshotRow.Checkpoint row, ByteBuffer into) {
        if (row.skips() != null) {
            putSkips(row.skips(), into);
        }
        AvroOut.putLong(row.position(), into);
        AvroOut.putLong(row.leaderEpoch(), into);
        AvroOut.putLong(row.epoch(), into);
        putOffset(row.marker(), into);
        putOffset(row.truncatedTo(), into);
        AvroOut.putLong(row.rows(), into);
        AvroOut.putLong(row.keys(), into);
        AvroOut.putLong(row.digest(), into);
        into.put(Bytes.utf8(row.walTopicId()).array());
    }

    private static void putSkips(SnapshotRow.Skips skips, ByteBuffer into) {
        AvroOut.putLong(skips.count(), into);
        AvroOut.putLong(skips.offset(), into);
        AvroOut.putLong(skips.epoch(), into);
        AvroOut.putLong(skips.sequence(), into);
        AvroOut.putLong(skips.unread(), into);
        AvroOut.putLong(skips.atMs(), into);
        AvroOut.putBytes(Bytes.utf8(skips.reason()), into);
    }

    private static SnapshotRow.Skips readSkips(AvroIn in) {
        long count = in.readLong("skips");
        long offset = in.readLong("skipped_offset");
        long epoch = in.readLong("skipped_epoch");
        long sequence = in.readLong("skipped_sequence");
        long unread = in.readLong("skipped_unread");
        long atMs = in.readLong("skipped_at");
        String reason = in.readBytes("skipped_reason").text();
        return new SnapshotRow.Skips(count, offset, epoch, sequence, unread, reason, atMs);
    }

    private static SnapshotRow readCheckpoint(Stamp stamp, SnapshotRow.@Nullable Skips skips, AvroIn in) {
        long position = in.readLong("position");
        int leaderEpoch = in.readInt("leader_epoch");
        long epoch = in.readLong("epoch");
        Long marker = readOffset("marker", in);
        Long truncatedTo = readOffset("truncated_to", in);
        long rows = in.readLong("rows");
        long keys = in.readLong("keys");
        long digest = in.readLong("digest");
        String topicId = in.readRest().text();
        return new SnapshotRow.Checkpoint(
                position,
                leaderEpoch,
                topicId,
                epoch,
                marker,
                truncatedTo,
                rows,
                keys,
                digest,
                stamp.sequence,
                stamp.updatedAtMs,
                skips);
    }

    private static void putOffset(@Nullable Long offset, ByteBuffer into) {
        AvroOut.putLong(offset == null ? 0 : offset + 1, into);
    }

    private static @Nullable Long readOffset(String field, AvroIn in) {
        long stored = in.readLong(field);
        return stored == 0 ? null : Long.valueOf(stored - 1);
    }
}
