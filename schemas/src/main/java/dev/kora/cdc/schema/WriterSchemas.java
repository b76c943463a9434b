package dev.kora.cdc.schema;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/**
 * Tells values in our own schema from those of other versions, and reads the latter by Avro's schema resolution.
 * Thread-safe. A schema is asked for once; failures are not remembered.
 */
final class WriterSchemas {
    private final int ownId;
    private final Schema own;
    private final Bytes ownFingerprint;
    private final SchemaSource source;
    private final ConcurrentHashMap<Integer, Writer> others = new ConcurrentHashMap<>();

    /** A writer's schema: one with our own binary layout, or one to be resolved. */
    private record Writer(
            Schema schema, Bytes fingerprint, boolean sameLayout, GenericDatumReader<GenericRecord> reader) {}

    WriterSchemas(int ownId, Schema own, SchemaSource source) {
        this.ownId = ownId;
        this.own = own;
        this.ownFingerprint = SchemaFingerprint.of(own);
        this.source = source;
    }

    /** Whether values with this id have our own binary layout. */
    boolean isOwn(int id) {
        return id == ownId || writer(id).sameLayout;
    }

    /** The schema that values with this id are written in. */
    Schema schema(int id) {
        return id == ownId ? own : writer(id).schema;
    }

    /** Its fingerprint. */
    Bytes fingerprint(int id) {
        return id == ownId ? ownFingerprint : writer(id).fingerprint;
    }

    /** Reads a record of another version, to its end. */
    GenericRecord read(int id, AvroIn in) {
        Writer writer = writer(id);
        Bytes body = in.readRest();
        try {
            AvroStructure.check(writer.schema, body);
            return writer.reader.read(null, DecoderFactory.get().binaryDecoder(body.array(), null));
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | CdcException.Corrupt e) {
            throw new CdcException.Corrupt(
                    "a value of schema id %d, which is %s with fingerprint %s in the registry, cannot be decoded: %s. If that is not the schema it was written in, the registry was rebuilt: restore its ids"
                            .formatted(id, writer.schema.getFullName(), writer.fingerprint, e.getMessage()),
                    e);
        }
    }

    private Writer writer(int id) {
        Writer known = others.get(id);
        if (known == null) {
            known = open(id, source.get(id));
            others.put(id, known);
        }
        return known;
    }

    private Writer open(int id, Schema schema) {
        var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(own, schema);
        if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
            String why = compatibility.getResult().getIncompatibilities().stream()
                    .map(i -> i.getType() + " at " + i.getLocation() + ": " + i.getMessage())
                    .collect(Collectors.joining("; "));
            throw new CdcException.Corrupt("schema id %d (%s) cannot be read as %s: %s"
                    .formatted(id, schema.getFullName(), own.getFullName(), why));
        }
        Bytes fingerprint = SchemaFingerprint.of(schema);
        return new Writer(
                schema, fingerprint, fingerprint.equals(ownFingerprint), new GenericDatumReader<>(schema, own));
    }
}
