package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;

/** Writes a shard's files as Kora does: append, rotate, truncate, and the snapshot. */
final class KoraWriter {
    private final Path directory;

    KoraWriter(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path wal() {
        return directory.resolve("shard.wal");
    }

    Path oldWal() {
        return directory.resolve("shard.wal.old");
    }

    void set(String key, String value) throws IOException {
        append(setFrame(key, value));
    }

    void append(byte[] bytes) throws IOException {
        Files.write(wal(), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    void appendOld(byte[] bytes) throws IOException {
        Files.write(oldWal(), bytes, StandardOpenOption.APPEND);
    }

    void rotate() throws IOException {
        Files.move(wal(), oldWal(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        Files.createFile(wal());
    }

    void truncate() throws IOException {
        try (FileChannel channel = FileChannel.open(wal(), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    /** A snapshot of strings and one list. */
    void snapshot(List<WalRecord.Field> strings, String list, List<String> items) throws IOException {
        Encoder out = new Encoder();
        out.raw("KORA_RDB".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .u32(1)
                .u64(strings.size() + 1);
        for (WalRecord.Field string : strings) {
            out.bytes(string.field()).u8(0).u8(0).bytes(string.value());
        }
        out.bytes(Bytes.utf8(list)).u8(0).u8(3).u32(items.size());
        for (String item : items) {
            out.bytes(Bytes.utf8(item));
        }
        byte[] body = out.toByteArray();
        Path tmp = directory.resolve("shard.rdb.tmp");
        Files.write(tmp, new Encoder().raw(body).u32(crc(body)).toByteArray());
        Files.move(
                tmp,
                directory.resolve("shard.rdb"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    static byte[] setFrame(String key, String value) {
        return frame(new Encoder()
                .u8(1)
                .bytes(Bytes.utf8(key))
                .bytes(Bytes.utf8(value))
                .u8(0)
                .toByteArray());
    }

    static byte[] frame(byte[] payload) {
        return new Encoder().u32(payload.length).raw(payload).u32(crc(payload)).toByteArray();
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    /** Little-endian primitives of Kora's formats. */
    static final class Encoder {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Encoder u8(int value) {
            out.write(value);
            return this;
        }

        Encoder u32(int value) {
            return raw(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(value)
                    .array());
        }

        Encoder u64(long value) {
            return raw(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Encoder bytes(Bytes bytes) {
            return u32(bytes.length()).raw(bytes.array());
        }

        Encoder raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }
    }
}
