package dev.kora.cdc.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;

/**
 * The Avro schemas that this version writes. Register them as {@code schema.toString()}: registries compare texts more
 * strictly than schemas.
 */
public final class Schemas {
    /** The values of {@code <db>.wal}. */
    public static final Schema WAL_ENTRY = load("/dev/kora/cdc/WalEntry.avsc");
    /** The values of {@code <db>.snapshot}. */
    public static final Schema SNAPSHOT_ROW = load("/dev/kora/cdc/SnapshotRow.avsc");

    private Schemas() {}

    /** The registry's subject for the values of a topic. */
    public static String subject(String topic) {
        return topic + "-value";
    }

    private static Schema load(String resource) {
        try (InputStream in = Schemas.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
