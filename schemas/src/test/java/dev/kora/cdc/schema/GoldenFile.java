package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The pinned bytes of a persisted format: the resource {@code golden/<name>.txt} of the module under test, with a line
 * {@code name = hex} for each sample and comments that begin with {@code #}.
 *
 * <p>A difference means that data which is already stored somewhere would no longer be read, or be read as something else.
 * Only new lines are harmless; see golden/README.md for what a change needs and how to write the file anew.
 */
public final class GoldenFile {
    private static final String WRITE = "kora.golden.write";
    private static final HexFormat HEX = HexFormat.of();

    private final String name;
    private final Map<String, Bytes> pinned;

    private GoldenFile(String name, Map<String, Bytes> pinned) {
        this.name = name;
        this.pinned = pinned;
    }

    /** Opens the file of a format. */
    public static GoldenFile of(String name) {
        try (InputStream in = GoldenFile.class.getResourceAsStream("/golden/" + name + ".txt")) {
            String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return of(name, text);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    static GoldenFile of(String name, String text) {
        return new GoldenFile(name, parse(text));
    }

    /** Reads lines {@code name = hex}, where the hex may have spaces in it, leaving out comments and empty lines. */
    static Map<String, Bytes> parse(String text) {
        Map<String, Bytes> lines = new LinkedHashMap<>();
        text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
            String[] parts = line.split("=", 2);
            Bytes bytes = Bytes.of(HEX.parseHex(parts[1].replace(" ", "")));
            assertEquals(null, lines.put(parts[0].strip(), bytes), () -> "twice: " + line);
        });
        return lines;
    }

    /** The pinned bytes by name, in the order of the file. */
    public Map<String, Bytes> pinned() {
        return pinned;
    }

    /** Makes sure that these are the pinned bytes, all of them and no others. */
    public void check(Map<String, Bytes> actual) {
        if (Boolean.getBoolean(WRITE)) {
            write(actual);
        }
        assertEquals(text(pinned), text(actual), () -> "the bytes of " + name + " changed: read golden/README.md");
    }

    private static String text(Map<String, Bytes> lines) {
        return lines.entrySet().stream()
                .map(line ->
                        line.getKey() + " = " + HEX.formatHex(line.getValue().array()))
                .map(line -> line.strip() + "\n")
                .collect(Collectors.joining());
    }

    private void write(Map<String, Bytes> actual) {
        Path file = Path.of("src", "test", "resources", "golden", name + ".txt");
        try {
            String comment = Files.exists(file)
                    ? Files.readString(file)
                            .lines()
                            .takeWhile(line -> line.startsWith("#"))
                            .map(line -> line + "\n")
                            .collect(Collectors.joining())
                    : "# Pinned bytes; see golden/README.md.\n";
            Files.writeString(file, comment + text(actual));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        fail("wrote " + file + ": look at the difference, then run again without -D" + WRITE);
    }
}
