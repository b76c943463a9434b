package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A shard's {@code shard.rdb}, read as the records that Kora's own recovery makes of it: strings and integers become SET with
 * their time to live; lists, sets and hashes become pushes whose time to live is lost (kora-storage/src/rdb.rs and
 * mod.rs:607-638, v0.2.0).
 *
 * <p>Layout, little-endian: {@code "KORA_RDB", u32 version = 1, u64 entries, entry*, u32 crc}, the checksum over all before.
 * The whole file is checked before the first record is handed out. A collection beyond the limits of one record comes in
 * pieces, the same ones each time. Not thread-safe.
 */
final class SnapshotFile implements AutoCloseable {
    private static final Bytes MAGIC = Bytes.utf8("KORA_RDB");
    private static final int HEADER_BYTES = 8 + 4 + 8;
    private static final int CHUNK_BYTES = 1024 * 1024;
    private static final int PIECE_ELEMENTS = 16_384;
    private static final long PIECE_BYTES = 4L * 1024 * 1024;

    private final FileChannel channel;
    private final int crc;
    private final long end;
    private final Queue<WalRecord> pieces = new ArrayDeque<>();
    private long entriesLeft;
    private long index;
    private long position = HEADER_BYTES;
    private ByteBuffer window = ByteBuffer.allocate(0);

    private SnapshotFile(FileChannel channel, int crc, long end, long entries) {
        this.channel = channel;
        this.crc = crc;
        this.end = end;
        this.entriesLeft = entries;
    }

    /** Opens and checks the snapshot at a path; empty where there is none. */
    static Optional<SnapshotFile> open(Path path) throws IOException, UndecodableException {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            return Optional.of(check(channel));
        } catch (IOException | UndecodableException e) {
            channel.close();
            throw e;
        }
    }

    private static SnapshotFile check(FileChannel channel) throws IOException, UndecodableException {
        long end = channel.size() - Integer.BYTES;
        if (end < HEADER_BYTES) {
            throw new UndecodableException("a snapshot of " + channel.size() + " bytes is too short");
        }
        CRC32 sum = new CRC32();
        for (long at = 0; at < end; at += CHUNK_BYTES) {
            sum.update(read(channel, at, (int) Math.min(CHUNK_BYTES, end - at)));
        }
        int stored = read(channel, end, Integer.BYTES).getInt();
        if ((int) sum.getValue() != stored) {
            throw new UndecodableException(
                    "the snapshot's checksum is %08x, its content's %08x".formatted(stored, (int) sum.getValue()));
        }
        ByteBuffer header = read(channel, 0, HEADER_BYTES);
        byte[] magic = new byte[MAGIC.length()];
        header.get(magic);
        int version = header.getInt();
        if (!MAGIC.equals(Bytes.of(magic)) || version != 1) {
            throw new UndecodableException("the file is no snapshot of version 1");
        }
        return new SnapshotFile(channel, stored, end, header.getLong());
    }

    /** The stored checksum: which snapshot this is. */
    int crc() {
        return crc;
    }

    /** Records handed out so far. */
    long index() {
        return index;
    }

    /** Whether every record was handed out. */
    boolean done() {
        return pieces.isEmpty() && entriesLeft == 0;
    }

    /** The next record; null behind the last. */
    @Nullable
    WalRecord next() throws IOException, UndecodableException {
        if (pieces.isEmpty() && entriesLeft > 0) {
            readEntry();
            entriesLeft--;
        }
        WalRecord record = pieces.poll();
        if (record != null) {
            index++;
        }
        return record;
    }

    /** Passes over records that were taken before. */
    void skip(long records) throws IOException, UndecodableException {
        for (long i = 0; i < records; i++) {
            if (next() == null) {
                throw new UndecodableException("the snapshot has " + i + " records, " + records + " were taken before");
            }
        }
    }

    /** Decodes one entry, from a window that grows until the entry fits. */
    private void readEntry() throws IOException, UndecodableException {
        int mark = window.position();
        try {
            decodeEntry();
            return;
        } catch (UndecodableException e) {
            window.position(mark);
        }
        long start = position + mark;
        for (long bytes = CHUNK_BYTES; ; bytes *= 4) {
            int available = (int) Math.min(Math.min(bytes, end - start), Integer.MAX_VALUE - 8L);
            window = read(channel, start, available);
            position = start;
            try {
                decodeEntry();
                return;
            } catch (UndecodableException e) {
                if (available >= end - start || available > Integer.MAX_VALUE / 2) {
                    throw new UndecodableException("the entry at offset " + start + ": " + e.getMessage());
                }
            }
        }
    }

    private void decodeEntry() throws UndecodableException {
        KoraInput in = new KoraInput(window);
        Bytes key = in.bytes("key");
        Long ttlMs = in.u8("the TTL flag") == 1 ? Long.valueOf(in.u64("ttl_ms")) : null;
        int type = in.u8("the value type");
        switch (type) {
            case 0, 1 -> pieces.add(new WalRecord.Set(key, in.bytes("value"), ttlMs));
            case 2 -> pieces.add(new WalRecord.Set(key, Bytes.utf8(Long.toString(in.u64("integer"))), ttlMs));
            case 3 -> split(in.list("items"), Bytes::length, piece -> new WalRecord.RPush(key, piece));
            case 4 -> split(in.list("members"), Bytes::length, piece -> new WalRecord.SAdd(key, piece));
            case 5 ->
                split(
                        in.fields(),
                        field -> field.field().length() + field.value().length(),
                        piece -> new WalRecord.HSet(key, piece));
            default -> throw new UndecodableException("value type " + type + " is none of 0 to 5");
        }
    }

    private <T> void split(List<T> elements, ToIntFunction<T> size, Function<List<T>, WalRecord> record) {
        List<T> piece = new ArrayList<>();
        long bytes = 0;
        for (T element : elements) {
            if (piece.size() == PIECE_ELEMENTS || (bytes > 0 && bytes + size.applyAsInt(element) > PIECE_BYTES)) {
                pieces.add(record.apply(piece));
                piece = new ArrayList<>();
                bytes = 0;
            }
            piece.add(element);
            bytes += size.applyAsInt(element);
        }
        pieces.add(record.apply(piece)); // also an empty collection is one record: it creates the key
    }

    private static ByteBuffer read(FileChannel channel, long offset, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
