package dev.kora.cdc.schema;

import java.nio.ByteBuffer;

/** The wire format of schema registries: a zero byte, the schema's id as four bytes, big-endian, then Avro binary. */
final class Framing {
    static final byte MAGIC = 0;
    static final int SIZE = 5;

    private Framing() {}

    static void put(int schemaId, ByteBuffer into) {
        into.put(MAGIC);
        // Byte by byte, so that the order of a caller's buffer does not matter.
        into.put((byte) (schemaId >>> 24)).put((byte) (schemaId >>> 16));
        into.put((byte) (schemaId >>> 8)).put((byte) schemaId);
    }
}
