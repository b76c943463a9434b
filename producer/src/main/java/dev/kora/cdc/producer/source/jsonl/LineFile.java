package dev.kora.cdc.producer.source.jsonl;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A file of lines that can be read from any place. Not thread-safe. */
final class LineFile implements AutoCloseable {
    private final FileChannel channel;

    private LineFile(FileChannel channel) {
        this.channel = channel;
    }

    static LineFile open(Path path) throws IOException {
        return new LineFile(FileChannel.open(path));
    }

    long size() throws IOException {
        return channel.size();
    }

    /** In what this is not the file that a position was taken in; empty where it is, or one that was only appended to. */
    Optional<String> difference(LinePosition position) throws IOException {
        if (size() < position.offset()) {
            return Optional.of("it has %d bytes, and %d were read from it".formatted(size(), position.offset()));
        }
        if (head(position.offset()).crc() != position.headCrc()) {
            return Optional.of("it begins with other bytes");
        }
        byte[] line = read(position.offset() - position.lineBytes(), position.lineBytes());
        CRC32C crc = new CRC32C();
        crc.update(line);
        return (int) crc.getValue() == position.lineCrc()
                ? Optional.empty()
                : Optional.of("its line %d is another".formatted(position.line()));
    }

    /** Reads on behind the line of a position. */
    LineReader readerBehind(LinePosition position) throws IOException {
        boolean within = read(position.offset() - 1, 1)[0] != '\n';
        channel.position(position.offset());
        return new LineReader(
                Channels.newInputStream(channel),
                LineReader.MAX_BYTES,
                head(position.offset()),
                position.offset(),
                position.line(),
                within);
    }

    LineReader reader() throws IOException {
        channel.position(0);
        return new LineReader(Channels.newInputStream(channel));
    }

    private Head head(long offset) throws IOException {
        Head head = new Head();
        byte[] first = read(0, (int) Math.min(offset, Head.BYTES));
        head.update(first, 0, first.length);
        return head;
    }

    private byte[] read(long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new EOFException("it ends at %d".formatted(from + bytes.position()));
            }
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
