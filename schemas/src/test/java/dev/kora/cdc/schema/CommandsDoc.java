package dev.kora.cdc.schema;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** docs/commands.md, taken apart for the tests that hold it against the code. */
public final class CommandsDoc {
    private static final Pattern COMMAND = Pattern.compile("`([A-Z.]+)[^`]*`");

    private CommandsDoc() {}

    /** The names of the commands in the first column of a section's table. */
    public static Set<String> commands(String heading) {
        return Repository.section("docs/commands.md", heading).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("(?<!\\\\)\\|", -1)[1])
                .flatMap(cell -> COMMAND.matcher(cell).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
