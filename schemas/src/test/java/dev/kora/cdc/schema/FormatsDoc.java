package dev.kora.cdc.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** docs/formats.md, taken apart for the tests that hold it against the code. */
public final class FormatsDoc {
    private static final Pattern WORD = Pattern.compile("`([^`]+)`");
    private static final String FENCE = "```";

    private final Path root;
    private final List<String> lines;

    private FormatsDoc(Path root, List<String> lines) {
        this.root = root;
        this.lines = lines;
    }

    /** Reads it, wherever in the repository the test runs. */
    public static FormatsDoc read() {
        String path = "docs/formats.md";
        return new FormatsDoc(Repository.file(path).resolve("../..").normalize(), Repository.lines(path));
    }

    Stream<String> lines() {
        return lines.stream();
    }

    /**
     * What stands between fences.
     *
     * @param argument what follows the language on the opening fence
     */
    public record Block(String argument, List<String> lines) {}

    /** The fenced blocks in a language. */
    public List<Block> blocks(String language) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(FENCE + language)) {
                int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf(FENCE);
                String argument = lines.get(i).substring(FENCE.length() + language.length());
                blocks.add(new Block(argument.strip(), lines.subList(i + 1, end)));
            }
        }
        return blocks;
    }

    /** The rows of the tables that begin with these headings, without headings. */
    public List<List<String>> rows(String... headings) {
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            List<String> cells = cells(lines.get(i));
            if (cells.size() >= headings.length
                    && cells.subList(0, headings.length).equals(Arrays.asList(headings))) {
                lines.subList(i + 2, lines.size()).stream()
                        .takeWhile(line -> line.startsWith("|"))
                        .forEach(line -> rows.add(cells(line)));
            }
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return line.startsWith("|")
                ? Stream.of(line.substring(1).split("\\|")).map(String::strip).toList()
                : List.of();
    }

    /** The words of a cell that stand in backquotes. */
    public static List<String> words(String cell) {
        return WORD.matcher(cell)
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    /** The pinned bytes of a format, in whatever module they stand. */
    GoldenFile golden(String name) throws IOException {
        try (Stream<Path> modules = Files.list(root)) {
            Path file = modules.map(module -> module.resolve("src/test/resources/golden/" + name + ".txt"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no module has golden/" + name + ".txt"));
            return GoldenFile.of(name, Files.readString(file));
        }
    }
}
