package dev.kora.cdc.consumer.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/commands.md against the code, so that it cannot rot. */
final class CommandsDocTest {
    private static final Pattern COMMAND = Pattern.compile("`([A-Z.]+)[^`]*`");

    @Test
    void namesEachCommandThatReads() throws IOException {
        Set<String> names = RespReads.reads(new Random(1), ReadLimits.DEFAULT).stream()
                .map(ReadCommand::name)
                .collect(Collectors.toCollection(TreeSet::new));
        names.add("SHARD");
        assertEquals(names, documented("## Reads"));
    }

    private static Set<String> documented(String heading) throws IOException {
        return Files.readAllLines(document()).stream()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("(?<!\\\\)\\|", -1)[1])
                .flatMap(cell -> COMMAND.matcher(cell).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** It, wherever in the repository the test runs. */
    private static Path document() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
                .map(above -> above.resolve("docs/commands.md"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }
}
