package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.stack.cli.CommandRig.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the command answers before it does anything. */
final class KoraCdcTest {
    @Test
    void saysWhatIsMissingOrWrongAndWhereToLook() {
        assertUsage(CommandRig.runAsIs(), "a command is missing: demo, produce");
        assertUsage(CommandRig.runAsIs("stauts"), "there is no command 'stauts'; did you mean status");
        assertUsage(CommandRig.runAsIs("demo", "--shard", "3"), "did you mean --shards");
        assertUsage(CommandRig.runAsIs("tail", "--bogus"), "there is no option '--bogus'");
        assertUsage(CommandRig.runAsIs("tail", "--from", "middle"), "'--from': must be beginning or end, not 'middle'");
        assertUsage(CommandRig.runAsIs("tail", "--shard", "one"), "'--shard'");
        assertUsage(CommandRig.runAsIs("tail", "-K", "nothing"), "--kafka");
        assertUsage(CommandRig.runAsIs("status", "--http-url", "ftp://here"), "--http-url");
        assertUsage(CommandRig.runAsIs("demo", "--no-rdb"), "--kora-dir");
        assertUsage(CommandRig.runAsIs("demo", "--shards", "0"), "--shards must be at least 1, not 0");
        assertUsage(CommandRig.runAsIs("demo", "--http-port", "65536"), "--http-port 65536 is no port");
        assertUsage(CommandRig.runAsIs("demo", "--data", ""), "--data is empty");
    }

    @Test
    void helpsWithExamples() {
        for (String command : List.of("demo", "tail", "status")) {
            Outcome help = CommandRig.runAsIs(command, "--help");
            assertEquals(0, help.exitCode());
            assertTrue(help.out().contains("Usage: kora-cdc " + command), help::out);
            assertTrue(help.out().contains("  kora-cdc " + command), help::out);
            assertTrue(CommandRig.runAsIs("--help").out().contains("  " + command), command);
            assertEquals(help.out(), CommandRig.runAsIs("help", command).out());
            assertTrue(CommandRig.runAsIs(command, "--version").out().startsWith("kora-cdc "), command);
        }
        assertTrue(CommandRig.runAsIs("--version").out().startsWith("kora-cdc "));
    }

    @Test
    void givesUpAtOnceWhereNothingListens() {
        Outcome outcome = CommandRig.runAsIs("status", "--bootstrap-servers", "127.0.0.1:1,[::1]:1");
        assertEquals(1, outcome.exitCode());
        assertEquals(1, outcome.err().lines().count(), outcome::err);
        assertTrue(outcome.err().startsWith("kora-cdc: nothing listens at 127.0.0.1:1,[::1]:1: "), outcome::err);
    }

    private static void assertUsage(Outcome outcome, String words) {
        assertEquals(2, outcome.exitCode(), outcome::err);
        List<String> lines = outcome.err().lines().toList();
        assertEquals(2, lines.size(), outcome::err);
        assertTrue(lines.get(0).startsWith("kora-cdc: "), outcome::err);
        assertTrue(lines.get(0).contains(words), outcome::err);
        assertTrue(lines.get(1).contains("--help\" shows what it takes"), outcome::err);
    }
}
