package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.nio.ByteBuffer;

/**
 * Where the source stood behind a line; it travels as a header of that line's entry.
 *
 * <p>A persisted format (docs/formats.md): kind, version, then these fields, big-endian. The kind tells it from the positions of
 * the Kora source, which begin with their version.
 *
 * @param load counts the files that the database was fed with from their first line, from 1
 * @param line number of the line, from 1
 * @param offset of the byte behind the line
 * @param headCrc checksum of the file's first bytes: up to {@link Head#BYTES} of them, up to the offset
 * @param lineBytes length of the line, with its end
 * @param lineCrc checksum of the line, with its end
 */
record LinePosition(int load, long line, long offset, int headCrc, int lineBytes, int lineCrc) {
    static final byte KIND = 'J';
    static final byte VERSION = 1;
    private static final int SIZE = 2 + Integer.BYTES + 2 * Long.BYTES + 3 * Integer.BYTES;

    Bytes encode() {
        ByteBuffer out = ByteBuffer.allocate(SIZE);
        out.put(KIND).put(VERSION).putInt(load).putLong(line).putLong(offset);
        out.putInt(headCrc).putInt(lineBytes).putInt(lineCrc);
        return Bytes.of(out.array());
    }

    /**
     * Reads a position.
     *
     * @throws CdcException.Invalid another source has written it
     * @throws CdcException.Corrupt bytes that no version of this source wrote
     */
    static LinePosition decode(Bytes bytes) {
        ByteBuffer in = bytes.buffer();
        if (in.remaining() < 2 || in.get() != KIND) {
            throw new CdcException.Invalid(
                    "the database follows a Kora directory, whose place in the log a file would overwrite:"
                            + " feed the file to a database of its own, or through standard input, which keeps no place");
        }
        byte version = in.get();
        if (version != VERSION) {
            throw new CdcException.Corrupt(
                    "A source position has version %d, where this program knows version %d: use the program that wrote it"
                            .formatted(version, VERSION));
        }
        if (bytes.length() != SIZE) {
            throw new CdcException.Corrupt(
                    "A source position has %d bytes, where version %d has %d".formatted(bytes.length(), VERSION, SIZE));
        }
        LinePosition position =
                new LinePosition(in.getInt(), in.getLong(), in.getLong(), in.getInt(), in.getInt(), in.getInt());
        if (position.load < 1 || position.line < 1 || position.lineBytes < 1 || position.offset < position.lineBytes) {
            throw new CdcException.Corrupt("A source position cannot be: " + position);
        }
        return position;
    }
}
