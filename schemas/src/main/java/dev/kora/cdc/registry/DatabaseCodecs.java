package dev.kora.cdc.registry;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntryCodec;
import org.apache.avro.Schema;

/**
 * The codecs of both topics of a database, with the ids that its registry gave to our schemas. They ask the registry for the
 * schema of an id they do not know, so the client must stay open as long as they are used.
 */
public record DatabaseCodecs(WalEntryCodec wal, SnapshotRowCodec snapshot) {

    /**
     * Registers both schemas where they are not yet, for processes that write. Writes nothing where they are.
     *
     * @throws CdcException.Unavailable the registry cannot be reached: try again
     * @throws CdcException.Invalid the registry refuses: wrong URL or credentials, a database's name that cannot be, a schema
     *     that does not fit the earlier ones
     */
    public static DatabaseCodecs register(RegistryClient registry, String database) {
        return open(registry, registry::register, database);
    }

    /**
     * Looks both schemas up and writes nothing, for commands that only read.
     *
     * @throws CdcException.Unavailable the registry cannot be reached: try again
     * @throws CdcException.Invalid a schema is not registered, or the registry refuses
     */
    public static DatabaseCodecs lookup(RegistryClient registry, String database) {
        return open(registry, registry::lookup, database);
    }

    private static DatabaseCodecs open(RegistryClient registry, Ids ids, String database) {
        int wal = ids.of(Schemas.subject(TopicNames.wal(database)), Schemas.WAL_ENTRY);
        int snapshot = ids.of(Schemas.subject(TopicNames.snapshot(database)), Schemas.SNAPSHOT_ROW);
        return new DatabaseCodecs(new WalEntryCodec(wal, registry), new SnapshotRowCodec(snapshot, registry));
    }

    private interface Ids {
        int of(String subject, Schema schema);
    }
}
