package dev.kora.cdc.schema;

import org.apache.avro.Schema;

/** Knows schemas by the ids that stand in values: a registry. Thread-safe. */
@FunctionalInterface
public interface SchemaSource {

    /** A source that knows no schema, for logs whose every value has our own id. */
    SchemaSource NONE = id -> {
        throw new CdcException.Corrupt("no schema has the id " + id);
    };

    /**
     * The schema with an id. The answer never changes; whoever asks may keep it.
     *
     * @throws CdcException.Unavailable the registry cannot be reached: try again
     * @throws CdcException.Corrupt there is no schema with this id
     */
    Schema get(int id);
}
