package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Repository;
import java.io.OutputStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Holds the table of exit codes in docs/commands.md against what the commands say of themselves. */
final class ExitCodesDocTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*");

    @Test
    void showsEachExitCodeOfEachCommand() {
        CommandLine kora = KoraCdc.commandLine(OutputStream.nullOutputStream());
        Set<String> told = kora.getSubcommands().values().stream()
                .flatMap(command -> command.getCommandSpec().usageMessage().exitCodeList().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(told, new TreeSet<>(shown()));
    }

    private static List<String> shown() {
        return Repository.section("docs/commands.md", "Exit codes").stream()
                .map(ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> row.group(1))
                .toList();
    }
}
