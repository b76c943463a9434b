package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the source of a shard stood behind a record; it travels as a header of that record's entry.
 *
 * <p>A persisted format (docs/formats.md): version, flags, then for the log, the older log and the snapshot what is known of
 * each, big-endian.
 *
 * @param log the generation of {@code shard.wal} being followed
 * @param old the generation before it, which another handle may still write to; null where there was none
 * @param snapshot how far the snapshot was read; null where none was
 */
record SourcePosition(
        Mark log, @Nullable Mark old, @Nullable Snapshot snapshot) {
    static final byte VERSION = 1;

    private static final int HAS_OLD = 1;
    private static final int HAS_SNAPSHOT = 2;
    private static final int MARK_BYTES = 8 + 4 + 8 + 8 + 4;
    private static final int SNAPSHOT_BYTES = 4 + 8 + 1;

    /**
     * A place in one generation of the log.
     *
     * @param inode of the file
     * @param firstCrc stored checksum of its first frame; 0 where it is not known
     * @param offset of the next frame
     * @param lastOffset of the last frame read, or -1
     * @param lastCrc its stored checksum; 0 before one was read
     */
    record Mark(long inode, int firstCrc, long offset, long lastOffset, int lastCrc) {
        static Mark start(long inode, int firstCrc) {
            return new Mark(inode, firstCrc, 0, -1, 0);
        }

        Mark after(long frameOffset, int crc, long next) {
            return new Mark(inode, frameOffset == 0 ? crc : firstCrc, next, frameOffset, crc);
        }
    }

    /**
     * A place in the snapshot.
     *
     * @param crc the file's stored checksum
     * @param index records already taken from it
     * @param done whether that was all of them
     */
    record Snapshot(int crc, long index, boolean done) {}

    Bytes encode() {
        ByteBuffer out = ByteBuffer.allocate(
                2 + MARK_BYTES + (old == null ? 0 : MARK_BYTES) + (snapshot == null ? 0 : SNAPSHOT_BYTES));
        out.put(VERSION).put((byte) ((old == null ? 0 : HAS_OLD) | (snapshot == null ? 0 : HAS_SNAPSHOT)));
        put(out, log);
        if (old != null) {
            put(out, old);
        }
        if (snapshot != null) {
            out.putInt(snapshot.crc).putLong(snapshot.index).put((byte) (snapshot.done ? 1 : 0));
        }
        return Bytes.of(out.array());
    }

    /** Whether a position is one of this source's; those of others begin otherwise. */
    static boolean isOne(Bytes bytes) {
        return bytes.length() > 0 && bytes.array()[0] == VERSION;
    }

    /** @throws CdcException.Corrupt bytes that no version of this source wrote */
    static SourcePosition decode(Bytes bytes) {
        ByteBuffer in = bytes.buffer();
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new CdcException.Corrupt(
                        "A source position of version " + version + ", where this program knows version " + VERSION
                                + ": the WAL topic was fed by another source or a newer version");
            }
            int flags = in.get();
            if ((flags & ~(HAS_OLD | HAS_SNAPSHOT)) != 0) {
                throw new CdcException.Corrupt("A source position has the unknown flags %02x".formatted(flags & 0xff));
            }
            Mark log = mark(in);
            Mark old = (flags & HAS_OLD) == 0 ? null : mark(in);
            Snapshot snapshot =
                    (flags & HAS_SNAPSHOT) == 0 ? null : new Snapshot(in.getInt(), in.getLong(), in.get() == 1);
            if (in.hasRemaining()) {
                throw new CdcException.Corrupt(in.remaining() + " bytes follow a source position");
            }
            return new SourcePosition(log, old, snapshot);
        } catch (BufferUnderflowException e) {
            throw new CdcException.Corrupt("A source position of " + bytes.length() + " bytes is cut short", e);
        }
    }

    private static void put(ByteBuffer out, Mark mark) {
        out.putLong(mark.inode).putInt(mark.firstCrc).putLong(mark.offset);
        out.putLong(mark.lastOffset).putInt(mark.lastCrc);
    }

    private static Mark mark(ByteBuffer in) {
        return new Mark(in.getLong(), in.getInt(), in.getLong(), in.getLong(), in.getInt());
    }
}
