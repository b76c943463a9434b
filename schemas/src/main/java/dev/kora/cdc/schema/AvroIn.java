package dev.kora.cdc.schema;

import java.util.Arrays;

/**
 * Reads Avro's binary encoding from untrusted bytes: whatever they are, it throws {@link CdcException.Corrupt} naming the
 * field, or returns; it allocates no more than the bytes that are there. Not thread-safe.
 */
final class AvroIn {
    private final byte[] array;
    private int next;

    AvroIn(Bytes bytes) {
        this.array = bytes.array();
    }

    int remaining() {
        return array.length - next;
    }

    int position() {
        return next;
    }

    /** The schema id of the Confluent wire format: a zero byte and four bytes, big-endian. */
    int schemaId() {
        if (array.length < Framing.SIZE) {
            throw new CdcException.Corrupt(
                    "a value of %d bytes is too short for the schema registry's wire format".formatted(array.length));
        }
        if (array[0] != Framing.MAGIC) {
            throw new CdcException.Corrupt(
                    "a value begins with 0x%02x, where the schema registry's wire format has 0x00".formatted(array[0]));
        }
        next = Framing.SIZE;
        return (array[1] & 0xff) << 24 | (array[2] & 0xff) << 16 | (array[3] & 0xff) << 8 | (array[4] & 0xff);
    }

    byte readByte(String field) {
        if (next == array.length) {
            throw new CdcException.Corrupt("the bytes end within '" + field + "'");
        }
        return array[next++];
    }

    long readLong(String field) {
        long zigzag = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte b = readByte(field);
            zigzag |= (b & 0x7fL) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    break;
                }
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new CdcException.Corrupt("'" + field + "' holds a number of more than 64 bits");
    }

    int readInt(String field) {
        long value = readLong(field);
        if (value != (int) value) {
            throw new CdcException.Corrupt("'" + field + "' holds " + value + ", which is no 32-bit number");
        }
        return (int) value;
    }

    Bytes readBytes(String field) {
        return readBytes(readLength(field));
    }

    /** The next {@code length} bytes; the caller has made sure that they are there. */
    Bytes readBytes(int length) {
        byte[] value = Arrays.copyOfRange(array, next, next + length);
        next += length;
        return Bytes.of(value);
    }

    /** Whether the next nullable field is set. */
    boolean readPresent(String field) {
        long branch = readLong(field);
        if (branch != 0 && branch != 1) {
            throw new CdcException.Corrupt("'" + field + "' has branch " + branch + " of a union of two");
        }
        return branch == 1;
    }

    /** The rest of the bytes. */
    Bytes readRest() {
        return readBytes(remaining());
    }

    void skip(int count, String field) {
        if (count < 0 || count > remaining()) {
            throw new CdcException.Corrupt("'%s' takes %d bytes, but %d are left".formatted(field, count, remaining()));
        }
        next += count;
    }

    /** The length of a byte string or text, which is surely there. */
    int readLength(String field) {
        long length = readLong(field);
        if (length < 0 || length > remaining()) {
            throw new CdcException.Corrupt(
                    "'%s' has a length of %d bytes, but %d are left".formatted(field, length, remaining()));
        }
        return (int) length;
    }

    /**
     * The beginning of a block of an array, whose elements come next.
     *
     * @param count of elements; 0 ends the array
     * @param end where the block says that it ends, for readers that skip it; -1 where it does not say
     */
    record Block(int count, int end) {}

    /**
     * Reads the beginning of an array's next block.
     *
     * @param limit how many elements may still come; each takes a byte at the least
     */
    Block readBlock(String field, int limit) {
        long count = readLong(field);
        int end = -1;
        if (count < 0) {
            int size = readLength(field);
            end = next + size;
            count = count == Long.MIN_VALUE ? Long.MAX_VALUE : -count;
        }
        if (count > limit) {
            throw new CdcException.Corrupt(
                    "'%s' has %d more elements, where the limit leaves %d".formatted(field, count, limit));
        }
        if (count > remaining()) {
            throw new CdcException.Corrupt(
                    "'%s' has %d more elements, but %d bytes are left".formatted(field, count, remaining()));
        }
        return new Block((int) count, end);
    }

    /** Makes sure that a block whose elements have been read ends where it said: who skips it must find the same. */
    void endBlock(Block block, String field) {
        if (block.end >= 0 && block.end != next) {
            throw new CdcException.Corrupt("a block of '%s' says that it ends at byte %d, but its elements end at %d"
                    .formatted(field, block.end, next));
        }
    }

    /** Whether the next {@code expected.length} bytes are these; the caller has made sure that they are there. */
    boolean nextEquals(byte[] expected) {
        return Arrays.equals(array, next, next + expected.length, expected, 0, expected.length);
    }

    /** Makes sure that nothing follows. */
    void end() {
        if (remaining() > 0) {
            throw new CdcException.Corrupt(remaining() + " bytes follow the last field");
        }
    }
}
