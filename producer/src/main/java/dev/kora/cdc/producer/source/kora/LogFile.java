package dev.kora.cdc.producer.source.kora;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One generation of a shard's log, held open: it can be read on after it was renamed or replaced.
 *
 * <p>Frame: {@code u32 length, payload, u32 crc}, little-endian; the checksum is CRC-32 (IEEE) of the payload
 * (kora-storage/src/wal.rs, v0.2.0; its comments say CRC-32C, which is wrong). Not thread-safe.
 */
final class LogFile implements AutoCloseable {
    /** Longest payload that Kora itself reads. */
    static final long MAX_PAYLOAD_BYTES = 512L * 1024 * 1024;
    /** Longer payloads hold no record that could be carried, so they are checked but not loaded. */
    static final int MAX_LOADED_BYTES = 16 * 1024 * 1024;

    private static final int WINDOW_BYTES = 256 * 1024;

    private final Path path;
    private final FileChannel channel;
    private final long inode;
    private ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private long windowStart;

    private LogFile(Path path, FileChannel channel, long inode) {
        this.path = path;
        this.channel = channel;
        this.inode = inode;
        window.limit(0);
    }

    /** Opens what stands at a path now; empty where nothing does. */
    static Optional<LogFile> open(Path path) throws IOException {
        while (true) {
            Optional<Long> before = inodeAt(path);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Optional<LogFile> file = open(path, before.get());
            if (file.isPresent()) {
                return file;
            }
        }
    }

    /** Opens a file under its inode; empty where another one has taken its place meanwhile. */
    private static Optional<LogFile> open(Path path, long inode) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean same = false;
        try {
            same = inodeAt(path).equals(Optional.of(inode));
        } finally {
            if (!same) {
                channel.close();
            }
        }
        return same ? Optional.of(new LogFile(path, channel, inode)) : Optional.empty();
    }

    /** The inode of the file at a path; empty where there is none. */
    static Optional<Long> inodeAt(Path path) throws IOException {
        try {
            return Optional.of((Long) Files.getAttribute(path, "unix:ino"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The path it was opened at. */
    Path path() {
        return path;
    }

    long inode() {
        return inode;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** Forgets what was read ahead: the file was overwritten. */
    void forget() {
        window.limit(0);
    }

    /** What stands at {@code offset}. */
    Frame read(long offset) throws IOException {
        Frame frame = decode(offset);
        if (frame instanceof Frame.Damaged) {
            forget(); // what was read ahead may have been overwritten since
            frame = decode(offset);
        }
        return frame;
    }

    private Frame decode(long offset) throws IOException {
        if (!load(offset, Integer.BYTES)) {
            return incomplete(offset);
        }
        long length = Integer.toUnsignedLong(window.getInt(at(offset)));
        if (length == 0) {
            return new Frame.Damaged(offset, "a frame of length 0");
        }
        if (length > MAX_PAYLOAD_BYTES) {
            return new Frame.Damaged(
                    offset, "a frame length of " + length + " bytes, where Kora stops at " + MAX_PAYLOAD_BYTES);
        }
        long frameBytes = length + Frame.OVERHEAD_BYTES;
        if (size() < offset + frameBytes) {
            return incomplete(offset);
        }
        return length > MAX_LOADED_BYTES ? readOversized(offset, length) : readWhole(offset, (int) length);
    }

    private Frame readWhole(long offset, int length) throws IOException {
        if (!load(offset, length + Frame.OVERHEAD_BYTES)) {
            return incomplete(offset);
        }
        ByteBuffer payload = window.slice(at(offset) + Integer.BYTES, length);
        int crc = window.getInt(at(offset) + Integer.BYTES + length);
        CRC32 sum = new CRC32();
        sum.update(payload.duplicate());
        return (int) sum.getValue() == crc ? new Frame.Whole(offset, crc, payload) : badChecksum(offset, crc, sum);
    }

    private Frame readOversized(long offset, long length) throws IOException {
        CRC32 sum = new CRC32();
        long position = offset + Integer.BYTES;
        long end = position + length;
        while (position < end) {
            int step = (int) Math.min(WINDOW_BYTES, end - position);
            if (!load(position, step)) {
                return incomplete(offset);
            }
            sum.update(window.slice(at(position), step));
            position += step;
        }
        Optional<Integer> crc = intAt(end);
        if (crc.isEmpty()) {
            return incomplete(offset);
        }
        return crc.get() == (int) sum.getValue()
                ? new Frame.Oversized(offset, crc.get(), length)
                : badChecksum(offset, crc.get(), sum);
    }

    private Frame incomplete(long offset) throws IOException {
        return new Frame.Incomplete(offset, Math.max(0, size() - offset));
    }

    private static Frame badChecksum(long offset, int stored, CRC32 computed) {
        return new Frame.Damaged(
                offset, "checksum %08x, where the payload's is %08x".formatted(stored, (int) computed.getValue()));
    }

    /**
     * The checksum of the frame at an offset, as it is stored; empty where the file is too short for such a frame. A cheap
     * way to see whether a frame read earlier still stands there.
     */
    Optional<Integer> storedCrc(long offset) throws IOException {
        Optional<Integer> length = intAt(offset);
        return length.isEmpty()
                ? Optional.empty()
                : intAt(offset + Integer.BYTES + Integer.toUnsignedLong(length.get()));
    }

    /** The number at an offset; empty where the file ends before, also since it was truncated just now. */
    private Optional<Integer> intAt(long offset) throws IOException {
        ByteBuffer four = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(four, offset);
        return four.hasRemaining() ? Optional.empty() : Optional.of(four.getInt(0));
    }

    /** Makes {@code bytes} bytes from {@code offset} on available in the window; false where the file ends before. */
    private boolean load(long offset, int bytes) throws IOException {
        if (offset >= windowStart && offset + bytes <= windowStart + window.limit()) {
            return true;
        }
        if (window.capacity() < bytes || window.capacity() > Math.max(WINDOW_BYTES, 4 * bytes)) {
            window = ByteBuffer.allocate(Math.max(WINDOW_BYTES, bytes)).order(ByteOrder.LITTLE_ENDIAN);
        }
        window.clear();
        windowStart = offset;
        fill(window, offset);
        window.flip();
        return window.limit() >= bytes;
    }

    private void fill(ByteBuffer target, long offset) throws IOException {
        long position = offset;
        while (target.hasRemaining()) {
            int n = channel.read(target, position);
            if (n < 0) {
                return;
            }
            position += n;
        }
    }

    private int at(long offset) {
        return (int) (offset - windowStart);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
