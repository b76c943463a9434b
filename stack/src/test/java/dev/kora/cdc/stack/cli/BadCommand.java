package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.stack.cli.CommandRig.Outcome;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One bad command line, and the line that it is answered with.
 *
 * @param words that stand in that line
 */
record BadCommand(int exitCode, List<String> words, List<String> arguments) {
    static final String SAYS = "kora-cdc: ";
    private static final int WRONG_USAGE = 2;
    private static final String LOOK = "--help\" shows what it takes";
    private static final Pattern JAVAS =
            Pattern.compile("Exception|\\bjava[x.]|org\\.apache|dev\\.kora|\\bat .*\\.java:|\\bnull\\b|--verbose");

    static BadCommand usage(String... arguments) {
        return new BadCommand(WRONG_USAGE, List.of(), List.of(arguments));
    }

    static BadCommand fails(String... arguments) {
        return new BadCommand(1, List.of(), List.of(arguments));
    }

    BadCommand says(String... expected) {
        return new BadCommand(exitCode, List.of(expected), arguments);
    }

    Outcome run() {
        return CommandRig.runAsIs(arguments.toArray(String[]::new));
    }

    Outcome run(CommandRig rig) {
        return rig.run(arguments.toArray(String[]::new));
    }

    void check(Outcome outcome) {
        assertEquals(exitCode, outcome.exitCode(), outcome::err);
        List<String> lines = problems(outcome);
        assertEquals(1, lines.size(), outcome::err);
        assertSays(lines, words.toArray(String[]::new));
    }

    /** The lines of standard error, without the one that names the help behind a wrong usage. */
    static List<String> problems(Outcome outcome) {
        List<String> lines = outcome.err().lines().toList();
        for (String line : lines) {
            assertTrue(line.startsWith(SAYS), outcome::err);
            assertFalse(isJavas(line), outcome::err);
        }
        if (outcome.exitCode() == WRONG_USAGE) {
            assertTrue(lines.getLast().endsWith(LOOK), outcome::err);
            return lines.subList(0, lines.size() - 1);
        }
        return lines;
    }

    /** Whether a line has words in it that only those understand who wrote the program. */
    static boolean isJavas(String line) {
        return JAVAS.matcher(line).find();
    }

    static void assertSays(List<String> lines, String... words) {
        assertTrue(
                lines.stream().anyMatch(line -> Stream.of(words).allMatch(line::contains)),
                () -> "%s not in one of %s".formatted(List.of(words), lines));
    }

    @Override
    public String toString() {
        return String.join(" ", arguments);
    }
}
