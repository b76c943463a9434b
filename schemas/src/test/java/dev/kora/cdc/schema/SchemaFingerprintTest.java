package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;

/** The fingerprint as Avro's specification has it: the table of CRC-64-AVRO, written out, and Avro's own test vectors. */
final class SchemaFingerprintTest {
    private static final long EMPTY = 0xc15d213aa4d7a795L;

    @Test
    void agreesWithAvrosTestVectors() {
        Map<Schema.Type, Long> vectors = Map.of(
                Schema.Type.NULL, 7195948357588979594L,
                Schema.Type.BOOLEAN, -6970731678124411036L,
                Schema.Type.INT, 8247732601305521295L,
                Schema.Type.LONG, -3434872931120570953L,
                Schema.Type.FLOAT, 5583340709985441680L,
                Schema.Type.DOUBLE, -8181574048448539266L,
                Schema.Type.BYTES, 5746618253357095269L,
                Schema.Type.STRING, -8142146995180207161L);
        vectors.forEach((type, expected) ->
                assertEquals(expected, littleEndian(SchemaFingerprint.of(Schema.create(type))), type.getName()));
    }

    @Test
    void agreesWithTheSpecification() {
        for (Schema schema : new Schema[] {Schemas.WAL_ENTRY, Schemas.SNAPSHOT_ROW}) {
            String canonical = SchemaNormalization.toParsingForm(schema);
            assertEquals(fingerprint(canonical), littleEndian(SchemaFingerprint.of(schema)));
        }
    }

    private static long littleEndian(Bytes bytes) {
        assertEquals(8, bytes.length());
        return ByteBuffer.wrap(bytes.array()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static long fingerprint(String text) {
        long fingerprint = EMPTY;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            fingerprint = (fingerprint >>> 8) ^ entry((int) (fingerprint ^ b) & 0xff);
        }
        return fingerprint;
    }

    private static long entry(int index) {
        long entry = index;
        for (int i = 0; i < 8; i++) {
            entry = (entry >>> 1) ^ (EMPTY & -(entry & 1L));
        }
        return entry;
    }
}
