package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where lines are read from.
 *
 * <p>A file is read again from where it was left, so a restart neither repeats nor skips a line of it; a stream cannot be read
 * again and is taken from its first byte to its last.
 */
public sealed interface JsonlInput {

    /** How people call it. */
    String name();

    /** A file whose place is kept. */
    record OfFile(Path path) implements JsonlInput {
        @Override
        public String name() {
            return path.toString();
        }
    }

    /** A stream, which stays the caller's to close. */
    record OfStream(String name, InputStream in) implements JsonlInput {}

    /**
     * What stands under a path: a file, or what can be read but once, as a named pipe.
     *
     * @throws CdcException.Invalid nothing stands there that can be read
     */
    static JsonlInput of(Path path) {
        if (!Files.exists(path)) {
            throw new CdcException.Invalid(path + " does not exist");
        }
        if (Files.isDirectory(path)) {
            throw new CdcException.Invalid(path + " is a directory: name a file of JSON Lines in it");
        }
        if (!Files.isReadable(path)) {
            throw new CdcException.Invalid(path + " may not be read by this user");
        }
        try {
            return Files.isRegularFile(path)
                    ? new OfFile(path)
                    : new OfStream(path.toString(), Files.newInputStream(path));
        } catch (IOException e) {
            throw new CdcException.Invalid(path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
