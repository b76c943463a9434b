package dev.kora.cdc.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this repository, for tests that hold documents against the code; wherever in it the test runs. */
public final class Repository {
    private Repository() {}

    /** The file at a path from the repository's root. */
    public static Path file(String path) {
        return Stream.iterate(Path.of("").toAbsolutePath(), above -> above != null, Path::getParent)
                .map(above -> above.resolve(path))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no %s above %s".formatted(path, Path.of("").toAbsolutePath())));
    }

    /** The lines of a text file. */
    public static List<String> lines(String path) {
        try {
            return Files.readAllLines(file(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The lines of a document from behind a heading of the second level to the next of these.
     *
     * @param heading without its marks
     */
    public static List<String> section(String path, String heading) {
        return lines(path).stream()
                .dropWhile(line -> !line.equals("## " + heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .toList();
    }
}
