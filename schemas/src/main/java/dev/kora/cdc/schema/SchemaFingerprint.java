package dev.kora.cdc.schema;

import java.security.NoSuchAlgorithmException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Avro's 64-bit fingerprint (CRC-64-AVRO) of a schema's parsing canonical form, 8 bytes, little-endian: what stands in the
 * header {@link Headers#SCHEMA_FINGERPRINT} of {@code WRITER_OPENED} entries and checkpoints. Schemas with one fingerprint
 * have one binary layout, so a rebuilt registry that gave the id to another schema is noticed.
 */
public final class SchemaFingerprint {
    private SchemaFingerprint() {}

    public static Bytes of(Schema schema) {
        try {
            return Bytes.of(SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Avro computes CRC-64-AVRO itself", e);
        }
    }

    /** The header that says in which schema a record is written. */
    public static Map<String, Bytes> header(Schema schema) {
        return Map.of(Headers.SCHEMA_FINGERPRINT, of(schema));
    }

    /**
     * Compares a record's header with the schema that the registry has for the record's id. A record without the header
     * passes.
     *
     * @throws CdcException.Corrupt the record was written in another schema
     */
    static void check(Map<String, Bytes> headers, int id, WriterSchemas registered) {
        Bytes written = headers.get(Headers.SCHEMA_FINGERPRINT);
        if (written != null && !written.equals(registered.fingerprint(id))) {
            throw new CdcException.Corrupt(
                    "schema id %d is %s with fingerprint %s in the registry, but the record was written in one with fingerprint %s: was the registry rebuilt? Restore its ids"
                            .formatted(id, registered.schema(id).getFullName(), registered.fingerprint(id), written));
        }
    }
}
