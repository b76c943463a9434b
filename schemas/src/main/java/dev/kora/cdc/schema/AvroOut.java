package dev.kora.cdc.schema;

import java.nio.ByteBuffer;

/** Avro's binary encoding of the few types that our schemas use, into a buffer, without allocation. */
final class AvroOut {
    static final int MAX_LONG_SIZE = 10;
    static final int MAX_LENGTH_SIZE = 5;

    private static final byte NULL_BRANCH = 0;
    private static final byte VALUE_BRANCH = 2;

    private AvroOut() {}

    /** A long as Avro has it: zig-zag, seven bits a byte, low bits first. */
    static void putLong(long value, ByteBuffer into) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            into.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        into.put((byte) rest);
    }

    static void putBytes(byte[] value, ByteBuffer into) {
        putLong(value.length, into);
        into.put(value);
    }

    static void putBytes(Bytes value, ByteBuffer into) {
        putBytes(value.array(), into);
    }

    /** Marks the next {@code count} nullable fields as null. */
    static void putNulls(int count, ByteBuffer into) {
        for (int i = 0; i < count; i++) {
            into.put(NULL_BRANCH);
        }
    }

    /** Marks the next nullable field as set; its value follows. */
    static void putPresent(ByteBuffer into) {
        into.put(VALUE_BRANCH);
    }

    static void putNullable(Bytes value, ByteBuffer into) {
        putPresent(into);
        putBytes(value, into);
    }

    static void putNullable(long value, ByteBuffer into) {
        putPresent(into);
        putLong(value, into);
    }
}
