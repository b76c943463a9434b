package dev.kora.cdc.stack;

import dev.kora.cdc.producer.source.kora.KoraDirectory;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * What a data directory remembers about its database, so that a start that does not fit is refused before anything runs.
 *
 * @param database its name
 * @param shards number of its shards
 * @param source what feeds it
 * @param instance names this directory's process in the consumer group, across its restarts
 */
record DatabaseFile(String database, int shards, Source source, String instance) {
    private static final String FILE = "database.properties";

    /** What feeds a database: one of these for as long as it lives. */
    enum Source {
        GATEWAY,
        KORA
    }

    /** What the directory remembers; empty before its first start. */
    static Optional<DatabaseFile> read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = PropertiesFile.read(file);
        try {
            return Optional.of(new DatabaseFile(
                    Objects.requireNonNull(properties.getProperty("database"), "no database"),
                    Integer.parseInt(properties.getProperty("shards")),
                    Source.valueOf(properties.getProperty("source", "")),
                    Objects.requireNonNull(properties.getProperty("instance"), "no instance")));
        } catch (IllegalArgumentException | NullPointerException e) {
            throw new CdcException.Corrupt("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Makes the directory remember this, in one step. */
    void write(Path directory) {
        Properties properties = new Properties();
        properties.setProperty("database", database);
        properties.setProperty("shards", Integer.toString(shards));
        properties.setProperty("source", source.name());
        properties.setProperty("instance", instance);
        PropertiesFile.write(directory.resolve(FILE), properties, "The database in this directory");
    }

    /**
     * The database that a start asks for, checked against the one that the directory holds.
     *
     * @throws CdcException.Invalid where they differ
     */
    static DatabaseFile settle(StackConfig config) {
        Optional<DatabaseFile> held = read(config.directory());
        DatabaseFile asked = asked(config, held);
        held.ifPresent(file -> file.mustEqual(asked, config.directory()));
        return asked;
    }

    private static DatabaseFile asked(StackConfig config, Optional<DatabaseFile> held) {
        int shards = config.kora().isPresent()
                ? KoraDirectory.shards(
                        config.kora().get().path(),
                        config.shards().stream().boxed().findFirst())
                : config.shards().orElse(held.map(DatabaseFile::shards).orElse(StackConfig.DEFAULT_SHARDS));
        if (shards < 1 || shards > StackConfig.MAX_SHARDS) {
            throw new CdcException.Invalid(
                    "%d shards cannot be run: one process takes 1 to %d".formatted(shards, StackConfig.MAX_SHARDS));
        }
        return new DatabaseFile(
                config.database(),
                shards,
                config.kora().isPresent() ? Source.KORA : Source.GATEWAY,
                held.map(DatabaseFile::instance)
                        .orElseGet(() -> UUID.randomUUID().toString()));
    }

    private void mustEqual(DatabaseFile asked, Path directory) {
        if (!database.equals(asked.database)) {
            throw mismatch(directory, "database \"%s\", not \"%s\"".formatted(database, asked.database), "");
        }
        if (source != asked.source) {
            String fed = "a database that is fed by " + (source == Source.KORA ? "a Kora engine" : "the gateway");
            throw mismatch(
                    directory, fed, source == Source.KORA ? "give --kora-dir, or " : "leave --kora-dir out, or ");
        }
        if (shards != asked.shards) {
            throw mismatch(
                    directory,
                    "a database of %s, not %d".formatted(Count.of(shards, "shard"), asked.shards),
                    source == Source.KORA ? "" : "give --shards %d, or ".formatted(shards));
        }
    }

    private static CdcException.Invalid mismatch(Path directory, String holds, String advice) {
        return new CdcException.Invalid(
                "directory %s holds %s: %schoose another directory with --data".formatted(directory, holds, advice));
    }
}
