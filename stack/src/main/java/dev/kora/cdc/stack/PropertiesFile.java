package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.config.FileFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;

/** What a directory remembers, in a file that people can read. */
final class PropertiesFile {
    private PropertiesFile() {}

    /** @throws CdcException.Corrupt it cannot be read */
    static Properties read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
            return properties;
        } catch (IOException e) {
            throw new CdcException.Corrupt("%s cannot be read: %s".formatted(file, FileFailure.of(e, file)), e);
        } catch (IllegalArgumentException e) {
            throw new CdcException.Corrupt("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /**
     * Writes it in one step.
     *
     * @throws CdcException.Invalid it cannot be written
     */
    static void write(Path file, Properties properties, String comment) {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        try {
            try (Writer writer = Files.newBufferedWriter(draft)) {
                properties.store(writer, comment);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CdcException.Invalid("%s cannot be written: %s".formatted(file, FileFailure.of(e, file)), e);
        }
    }
}
