package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.UUID;

/** What a materialiser's directory remembers: whose rows are in it, and what names its process in the consumer group. */
final class InstanceFile {
    private static final String FILE = "materializer.properties";
    private static final String DATABASE = "database";
    private static final String INSTANCE = "instance";

    private InstanceFile() {}

    /**
     * The name of this directory's process in the group: what the directory remembers, or at its first start a new one.
     *
     * @param directory locked, so that no other process has the same name
     * @throws CdcException.Invalid it holds another database, or cannot be written
     */
    static String settle(Path directory, String database) {
        Path file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            String instance = UUID.randomUUID().toString();
            Properties properties = new Properties();
            properties.setProperty(DATABASE, database);
            properties.setProperty(INSTANCE, instance);
            PropertiesFile.write(file, properties, "The materialiser of this directory");
            return instance;
        }
        Properties properties = PropertiesFile.read(file);
        String held = properties.getProperty(DATABASE, "");
        if (!held.equals(database)) {
            throw new CdcException.Invalid(
                    "directory %s holds database \"%s\", not \"%s\": choose another directory with --data"
                            .formatted(directory, held, database));
        }
        String instance = properties.getProperty(INSTANCE, "");
        if (instance.isEmpty()) {
            throw new CdcException.Corrupt(
                    "%s names no instance: delete the directory, it is rebuilt from Kafka".formatted(file));
        }
        return instance;
    }
}
