package dev.kora.cdc.stack.cli;

import static dev.kora.cdc.stack.cli.CommandRig.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.jsonl.JsonLine;
import dev.kora.cdc.jsonl.JsonLines;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Op;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class TailIT {
    private static final int ENTRIES = 5_000;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static CommandRig rig;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static KafkaPublisher publisher;

    @BeforeAll
    static void start() {
        rig = new CommandRig(directory);
        publisher = rig.publisher("kora", 2, rig.create("kora", 2));
        try (WalWriter first = publisher.writer(0);
                WalWriter second = publisher.writer(1)) {
            for (int i = 0; i < ENTRIES; i++) {
                (i % 5 == 0 ? second : first).append(set("user:" + i, "value " + i));
            }
            first.append(new WalRecord.DocSet(Bytes.utf8("books"), Bytes.utf8("b1"), Bytes.utf8("{}")));
        }
    }

    @AfterAll
    static void stop() {
        publisher.close();
        rig.close();
    }

    @Test
    void printsEveryEntryOnceAndInOrder() {
        CommandRig.Outcome outcome = rig.run("tail");
        assertEquals(0, outcome.exitCode(), outcome::err);
        assertEquals("", outcome.err());
        List<JsonLine> lines = outcome.lines().stream().map(JsonLines::parse).toList();
        assertEquals(
                ENTRIES + 1, lines.stream().filter(line -> !isControl(line)).count());
        for (int shard = 0; shard < 2; shard++) {
            int each = shard;
            List<JsonLine> own = lines.stream()
                    .filter(line -> line.shard().orElseThrow() == each)
                    .toList();
            assertEquals(Op.WRITER_OPENED, own.getFirst().op());
            for (int i = 0; i < own.size(); i++) {
                assertEquals(i + 1, own.get(i).sequence().orElseThrow());
            }
        }
        for (int i = 1; i < lines.size(); i++) {
            assertTrue(lines.get(i - 1).timeMs().orElseThrow()
                    <= lines.get(i).timeMs().orElseThrow());
        }
    }

    @Test
    void printsWhatMatchesInOneShard() {
        CommandRig.Outcome outcome = rig.run("tail", "--from", "beginning", "--match", "user:?0", "--shard", "1");
        assertEquals(0, outcome.exitCode(), outcome::err);
        assertEquals(
                List.of(
                        "user:10", "user:20", "user:30", "user:40", "user:50", "user:60", "user:70", "user:80",
                        "user:90"),
                outcome.lines().stream().map(TailIT::key).toList());
        assertEquals(1, rig.run("tail", "--match", "books/*").lines().size());
        assertEquals(List.of(), rig.run("tail", "--from", "end").lines());
    }

    @Test
    void followsUntilNobodyReadsAnyMore() throws Exception {
        KafkaPublisher live = rig.publisher("live", 2, rig.create("live", 2));
        var reader = new LeavingReader();
        var err = new StringWriter();
        String[] arguments = {
            "tail",
            "--follow",
            "--match",
            "live:*",
            "--database",
            "live", //
            "--bootstrap-servers",
            rig.broker.bootstrapServers(), //
            "--registry-url",
            rig.registry.url()
        };
        // A thread of its own: HTTP clients work in the common pool, which must not be blocked.
        var run = CompletableFuture.supplyAsync(
                () -> CommandRig.commandLine(reader, new StringWriter(), err).execute(arguments),
                task -> Thread.ofPlatform().daemon().start(task));
        Awaitility.await().until(() -> err.toString().contains("--from beginning"));
        try (WalWriter writer = live.writer(0)) {
            writer.append(set("live:1", "x"));
            writer.sync();
            Awaitility.await().until(() -> reader.text().contains("live:1"));
            reader.leave();
            writer.append(set("live:2", "x"));
            writer.sync();
        }
        live.close();
        assertEquals(0, run.get(30, TimeUnit.SECONDS));
        assertEquals(1, err.toString().lines().count(), err::toString);
    }

    @Test
    void saysThatATruncatedLogHasLostItsBeginning() {
        try (KafkaPublisher other = rig.publisher("cut", 1, rig.create("cut", 1));
                WalWriter writer = other.writer(0)) {
            writer.append(set("a", "1"));
            writer.sync();
            writer.append(set("b", "2"));
            writer.sync();
            rig.log.deleteBefore(new LogPartition("cut.wal", 0), 4);
            CommandRig.Outcome outcome = rig.run("tail", "--database", "cut");
            assertEquals(0, outcome.exitCode(), outcome::err);
            assertEquals(List.of("b"), outcome.lines().stream().map(TailIT::key).toList());
            assertTrue(outcome.err().contains("begins with shard 0 at offset 4"), outcome::err);
        }
    }

    @Test
    void saysInOneLineWhatIsWrong() {
        assertError(rig.run("tail", "--shard", "2"), 2, "shards are 0 to 1", "--shard");
        assertError(rig.run("tail", "--database", "other"), 1, "other.wal", "kora");
        assertError(
                CommandRig.runAsIs("tail", "--bootstrap-servers", "127.0.0.1:" + Ports.free()),
                1,
                "nothing listens",
                "--bootstrap-servers");
        String kafka = rig.broker.bootstrapServers();
        assertError(
                CommandRig.runAsIs(
                        "tail", "--bootstrap-servers", kafka, "--registry-url", "http://127.0.0.1:" + Ports.free()),
                1,
                "schema registry",
                "--registry-url");
        String wrongPath = rig.registry.url().replace("/ccompat/v7", "/nothing");
        assertError(
                CommandRig.runAsIs("tail", "--bootstrap-servers", kafka, "--registry-url", wrongPath),
                1,
                "schema registry",
                "/apis/ccompat/v7");
        assertError(rig.run("tail", "-K", "security.protocol=SOMETHING"), 1, "security.protocol");
        assertError(rig.run("tail", "-K", "isolation.level=read_uncommitted"), 2, "isolation.level");
        assertError(rig.run("tail", "--registry", "basic.auth=x"), 2, "basic.auth.user.info");
    }

    private static void assertError(CommandRig.Outcome outcome, int exitCode, String... words) {
        assertEquals(exitCode, outcome.exitCode(), outcome::err);
        String first = outcome.err().lines().findFirst().orElse("");
        for (String word : words) {
            assertTrue(first.contains(word), () -> "no \"" + word + "\" in " + outcome.err());
        }
        assertTrue(outcome.err().lines().allMatch(line -> line.startsWith("kora-cdc: ")), outcome::err);
    }

    private static boolean isControl(JsonLine line) {
        return line.op() == Op.HEARTBEAT || line.op() == Op.WRITER_OPENED;
    }

    private static String key(String line) {
        return ((WalRecord.Set) JsonLines.parse(line).content(0)).key().text();
    }

    /** Takes what is printed until it has seen enough, as {@code head} does. */
    private static final class LeavingReader extends ByteArrayOutputStream {
        private boolean left;

        @Override
        public synchronized void write(byte[] bytes, int from, int length) {
            super.write(bytes, from, length);
        }

        @Override
        public synchronized void flush() throws IOException {
            if (left) {
                throw new IOException("Broken pipe");
            }
        }

        synchronized void leave() {
            left = true;
        }

        synchronized String text() {
            return toString(StandardCharsets.UTF_8);
        }
    }
}
