package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.util.Utf8;

/** Turns values of Avro's types into ours. */
final class AvroValues {
    private static final long UNSIGNED_INT_MAX = 0xffff_ffffL;

    private AvroValues() {}

    static Bytes bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return Bytes.of(copy);
    }

    /** The bytes of a text, as they are even where they are not UTF-8. */
    static Bytes bytes(Utf8 text) {
        return Bytes.of(Arrays.copyOf(text.getBytes(), text.getByteLength()));
    }

    /** Dimensions: a long in Avro, an unsigned int with us. */
    static int unsignedInt(long dimensions) {
        if (dimensions < 0 || dimensions > UNSIGNED_INT_MAX) {
            throw new CdcException.Corrupt(
                    "'dimensions' is %d, beyond an unsigned 32-bit number".formatted(dimensions));
        }
        return (int) dimensions;
    }
}
