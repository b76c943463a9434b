package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Holds the table of exit codes in docs/commands.md against what the commands say of themselves. */
final class ExitCodesDocTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*");

    @Test
    void showsEachExitCodeOfEachCommand() throws IOException {
        CommandLine kora = KoraCdc.commandLine(OutputStream.nullOutputStream());
        Set<String> told = kora.getSubcommands().values().stream()
                .flatMap(command -> command.getCommandSpec().usageMessage().exitCodeList().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(told, new TreeSet<>(shown()));
    }

    private static List<String> shown() throws IOException {
        return Files.readAllLines(document()).stream()
                .dropWhile(line -> !line.equals("## Exit codes"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1))
                .toList();
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
