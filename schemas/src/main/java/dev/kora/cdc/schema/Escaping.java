package dev.kora.cdc.schema;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The order-preserving, self-terminating form of a byte string: {@code 00} becomes {@code 00 FF}, and {@code 00 01} ends
 * it.
 *
 * <p>What follows the end can be any bytes: (first, second) pairs sort like their escaped concatenation, and no pair can be
 * mistaken for another.
 */
final class Escaping {
    private static final byte ESCAPED = (byte) 0xff;
    private static final byte END = 0x01;

    private Escaping() {}

    /** Bytes that {@link #put} writes. */
    static int size(Bytes bytes) {
        byte[] array = bytes.array();
        int size = array.length + 2;
        for (byte b : array) {
            if (b == 0) {
                size++;
            }
        }
        return size;
    }

    static void put(Bytes bytes, ByteBuffer into) {
        byte[] array = bytes.array();
        int from = 0;
        for (int i = 0; i < array.length; i++) {
            if (array[i] == 0) {
                into.put(array, from, i + 1 - from).put(ESCAPED);
                from = i + 1;
            }
        }
        into.put(array, from, array.length - from).put((byte) 0).put(END);
    }

    /**
     * Reads an escaped byte string and leaves {@code from} behind its end.
     *
     * @throws CdcException.Corrupt it has no end, or a zero byte is followed by neither FF nor 01
     */
    static Bytes read(ByteBuffer from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(from.remaining());
        while (from.hasRemaining()) {
            byte b = from.get();
            if (b == 0) {
                byte next = from.hasRemaining() ? from.get() : 0;
                if (next == END) {
                    return Bytes.of(out.toByteArray());
                }
                if (next != ESCAPED) {
                    break;
                }
            }
            out.write(b);
        }
        throw new CdcException.Corrupt("an escaped byte string is malformed at byte " + from.position());
    }
}
