package dev.kora.cdc.schema;

import java.util.Optional;
import java.util.regex.Pattern;

/** The topics of a database, by its name: {@code <database>.wal} and {@code <database>.snapshot}. */
public final class TopicNames {
    /** The database that is meant where none is named. */
    public static final String DEFAULT_DATABASE = "kora";

    /** Kafka allows 249 characters to a topic; consumer groups and transactional ids take some as well. */
    private static final Pattern DATABASE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,199}");

    private static final String WAL = ".wal";
    private static final String SNAPSHOT = ".snapshot";

    private TopicNames() {}

    /**
     * The topic of a database's entries.
     *
     * @throws CdcException.Invalid the name cannot begin a topic's
     */
    public static String wal(String database) {
        return checked(database) + WAL;
    }

    /**
     * The compacted topic of a database's rows.
     *
     * @throws CdcException.Invalid the name cannot begin a topic's
     */
    public static String snapshot(String database) {
        return checked(database) + SNAPSHOT;
    }

    /** The database whose entries a topic holds; empty for any other topic. */
    public static Optional<String> databaseOfWal(String topic) {
        return database(topic, WAL);
    }

    /** The database whose rows a topic holds; empty for any other topic. */
    public static Optional<String> databaseOfSnapshot(String topic) {
        return database(topic, SNAPSHOT);
    }

    private static Optional<String> database(String topic, String suffix) {
        return Optional.of(topic)
                .filter(name -> name.endsWith(suffix))
                .map(name -> name.substring(0, name.length() - suffix.length()))
                .filter(name -> DATABASE.matcher(name).matches());
    }

    private static String checked(String database) {
        if (!DATABASE.matcher(database).matches()) {
            throw new CdcException.Invalid(
                    "'%s' cannot name a database, for its topics begin with it: take at most 200 letters, digits, '.', '_' or '-', the first a letter or a digit"
                            .formatted(database));
        }
        return database;
    }
}
