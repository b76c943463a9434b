package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sequence of bytes with value equality, ordered as unsigned bytes.
 *
 * <p>Keys, values, fields and members are bytes everywhere; no charset is ever assumed. The array is shared, not copied:
 * whoever wraps one gives it away.
 */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private static final int SHOWN = 48;

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** Wraps {@code array} without copying it; the caller must not change it afterwards. */
    public static Bytes of(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    /** The UTF-8 bytes of {@code text}. */
    public static Bytes utf8(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes behind this value, shared: they must not be changed. */
    public byte[] array() {
        return array;
    }

    /** A read-only view from the first byte to the last. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(array).asReadOnlyBuffer();
    }

    public int length() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    public boolean startsWith(Bytes prefix) {
        return array.length >= prefix.array.length
                && Arrays.equals(array, 0, prefix.array.length, prefix.array, 0, prefix.array.length);
    }

    /** The text these bytes spell in UTF-8, with U+FFFD for what is not UTF-8. For people, never for identity. */
    public String text() {
        return new String(array, StandardCharsets.UTF_8);
    }

    /** Compares as unsigned bytes, a prefix before what it begins: RocksDB's and Kora's order. */
    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    /** Printable ASCII as it is, anything else as hexadecimal; long values are cut. For logs. */
    @Override
    public String toString() {
        byte[] shown = array.length > SHOWN ? Arrays.copyOf(array, SHOWN) : array;
        boolean printable = true;
        for (byte b : shown) {
            printable &= b >= 0x20 && b < 0x7f;
        }
        String text = printable
                ? new String(shown, StandardCharsets.US_ASCII)
                : "0x" + HexFormat.of().formatHex(shown);
        return array.length > SHOWN ? text + "… (" + array.length + " bytes)" : text;
    }
}
