package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.jsonl.JsonLine;
import dev.kora.cdc.jsonl.JsonLines;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.registry.DatabaseCodecs;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Op;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;
import dev.kora.cdc.stack.ChildJvm;
import dev.kora.cdc.stack.WalProbe;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code tail} prints, {@code produce jsonl} appends. Each test has databases of its own. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class JsonlIT {
    private static final int SHARDS = 2;
    private static final int RECORDS = 4_000;
    private static final int LINES = 400_000;
    private static final Pattern COMMITTED = Pattern.compile("(\\d+) records are committed");

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static CommandRig rig;

    @BeforeAll
    static void start() {
        rig = new CommandRig(directory);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static CommandRig.Outcome produce(String database, String... arguments) {
        List<String> all = new ArrayList<>(List.of("produce", "jsonl"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--database", database, "--http-port", "0"));
        return rig.run(all.toArray(String[]::new));
    }

    private static WalProbe probe(String database) {
        return WalProbe.open(rig.broker.bootstrapServers(), rig.registry.url(), database, SHARDS);
    }

    @Test
    void whatIsPrintedAndReadAgainLeadsToTheSameRows() throws IOException {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        write("first", seed);
        List<String> printed = tail("first");
        Path file = directory.resolve("first.jsonl");
        Files.write(file, printed);
        rig.create("second", SHARDS);

        CommandRig.Outcome outcome = produce("second", file.toString());

        String what = "-Dkora.seed=" + seed + ": " + outcome.err();
        assertEquals(0, outcome.exitCode(), what);
        assertTrue(outcome.err().contains(RECORDS + " appended"), what);
        assertTrue(outcome.err().contains(" 0 rejected"), what);
        List<String> again = tail("second");
        for (int shard = 0; shard < SHARDS; shard++) {
            List<String> changes = changes(printed, shard);
            assertTrue(changes.size() > RECORDS / 4, what);
            assertEquals(changes, changes(again, shard), what);
        }
        try (WalProbe first = probe("first");
                WalProbe second = probe("second")) {
            for (int shard = 0; shard < SHARDS; shard++) {
                Tally before = WalProbe.fold(first.entries(shard));
                Tally after = WalProbe.fold(second.entries(shard));
                assertTrue(before.rows() > 0, what);
                assertEquals(before.rows(), after.rows(), what);
                assertEquals(before.digest(), after.digest(), what);
            }
        }
    }

    /** Records of all kinds, with binary and empty keys. */
    private static void write(String database, long seed) {
        DatabaseCodecs codecs = rig.create(database, SHARDS);
        Random random = new Random(seed);
        RandomRecords records = new RandomRecords(random);
        Set<Op> ops = EnumSet.noneOf(Op.class);
        try (KafkaPublisher publisher = rig.publisher(database, SHARDS, codecs);
                WalWriter first = publisher.writer(0);
                WalWriter second = publisher.writer(1)) {
            for (int i = 0; i < RECORDS; i++) {
                WalRecord record = sound(records.record());
                ops.add(Op.of(record));
                (random.nextBoolean() ? first : second).append(record);
            }
            first.truncate();
        }
        assertEquals(12, ops.size(), () -> "not all kinds: " + ops);
    }

    /** A vector is as long as it says: another is rejected by the source, not by the fold. */
    private static WalRecord sound(WalRecord record) {
        if (!(record instanceof WalRecord.VecSet vector)) {
            return record;
        }
        int dimensions = vector.vector().length() / Float.BYTES;
        byte[] floats = Arrays.copyOf(vector.vector().array(), dimensions * Float.BYTES);
        return new WalRecord.VecSet(vector.key(), dimensions, Bytes.of(floats));
    }

    private static List<String> tail(String database) {
        CommandRig.Outcome outcome = rig.run("tail", "--from", "beginning", "--database", database);
        assertEquals(0, outcome.exitCode(), outcome::err);
        return outcome.lines();
    }

    /** Op and fields of a shard's changes, in order. Keys that had ended when they were appended are so from the start. */
    private static List<String> changes(List<String> lines, int shard) {
        List<String> changes = new ArrayList<>();
        for (String text : lines) {
            JsonLine line = JsonLines.parse(text);
            long timeMs = line.timeMs().orElseThrow();
            boolean ended = line.expiresAtMs().isPresent() && line.expiresAtMs().getAsLong() <= timeMs;
            WalEntry.Content content = line.content(ended ? Long.MAX_VALUE - 1 : 0);
            if (line.shard().orElseThrow() == shard && !(content instanceof Control)) {
                changes.add(JsonLines.text(0, 0, new WalEntry(1, 1, 0, content)));
            }
        }
        return changes;
    }

    @Test
    void goesOnAfterAKillWhereTheLogEnds() throws Exception {
        rig.create("killed", SHARDS);
        Path file = directory.resolve("killed.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < LINES; i++) {
                out.write("{\"op\":\"DEL\",\"key\":\"%07d %s\"}%n".formatted(i, "x".repeat(i % 100)));
            }
        }
        List<String> arguments = List.of(
                "produce",
                "jsonl",
                file.toString(), //
                "--database",
                "killed",
                "--http-port",
                "0", //
                "--bootstrap-servers",
                rig.broker.bootstrapServers(), //
                "--registry-url",
                rig.registry.url());
        try (ChildJvm child = ChildJvm.start(KoraCdc.class, List.of("-Xmx256m"), arguments)) {
            LogPartition partition = new LogPartition("killed.wal", 0);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> rig.log.ends(partition).lastStable() > 1_000);
            child.kill();
        }

        CommandRig.Outcome outcome = produce("killed", file.toString());

        assertEquals(0, outcome.exitCode(), outcome::err);
        assertTrue(outcome.err().contains("are in the log, goes on behind them"), outcome::err);
        Matcher committed = COMMITTED.matcher(outcome.out());
        assertTrue(committed.find(), outcome::out);
        long rest = Long.parseLong(committed.group(1));
        assertTrue(rest > 0 && rest < LINES, () -> "killed at the wrong moment: " + rest + " lines were left");
        List<Integer> numbers = new ArrayList<>();
        try (WalProbe probe = probe("killed")) {
            for (int shard = 0; shard < SHARDS; shard++) {
                List<Integer> own = new ArrayList<>();
                for (WalEntry entry : probe.entries(shard)) {
                    if (entry.content() instanceof WalRecord.Del del) {
                        own.add(Integer.valueOf(del.key().text().substring(0, 7)));
                    }
                }
                assertEquals(own.stream().sorted().toList(), own, "the order of shard " + shard);
                numbers.addAll(own);
            }
        }
        Collections.sort(numbers);
        assertEquals(LINES, numbers.size());
        for (int i = 0; i < LINES; i++) {
            assertEquals(i, numbers.get(i));
        }
    }

    @Test
    void namesEachBadLineAndAppendsTheOthers() throws IOException {
        rig.create("bad", SHARDS);
        Path file = directory.resolve("bad.jsonl");
        Files.writeString(file, """
                {"op":"SET","key":"a","value":"1"}
                {"op":"SET","key":"b","value":
                {"op":"INCR","key":"c"}
                {"op":"VEC_SET","key":"v","dimensions":3,"vector":[1]}
                {"shard":9,"op":"DEL","key":"d"}
                {"op":"SET","key":"e","value":"5"}
                """);
        CommandRig.Outcome outcome = produce("bad", file.toString());
        assertEquals(1, outcome.exitCode(), outcome::err);
        List<String> err = outcome.err().lines().toList();
        assertLine(err.get(0), file + " line 2 is rejected: the line is no JSON object");
        assertLine(err.get(1), file + " line 3 is rejected: the field 'op' is 'INCR'");
        assertLine(err.get(2), file + " line 4 is rejected: the field 'vector'");
        assertLine(err.get(3), file + " line 5 is rejected: shard 9 does not exist");
        assertLine(err.get(4), file + ": 6 lines read, 2 appended, 0 skipped, 4 rejected");
        assertLine(err.get(5), "4 lines of " + file + " were rejected: mend them");
        assertEquals(6, err.size(), outcome::err);
        try (WalProbe probe = probe("bad")) {
            assertEquals(2, probe.mutations());
        }
    }

    private static void assertLine(String line, String words) {
        assertTrue(line.startsWith("kora-cdc: " + words), line);
    }

    @Test
    void refusesAnotherFileUntilItIsAskedFor() throws IOException {
        rig.create("other", SHARDS);
        Path first = Files.writeString(directory.resolve("a.jsonl"), "{\"op\":\"DEL\",\"key\":\"a\"}\n");
        Path second = Files.writeString(directory.resolve("b.jsonl"), "{\"op\":\"DEL\",\"key\":\"b\"}\n");
        assertEquals(0, produce("other", first.toString()).exitCode());
        CommandRig.Outcome refused = produce("other", second.toString());
        assertEquals(1, refused.exitCode());
        assertEquals(1, refused.err().lines().count(), refused::err);
        assertLine(refused.err(), second + " is not the file that this database was fed from last, up to line 1");
        assertEquals(0, produce("other", second.toString(), "--from-beginning").exitCode());
        assertEquals(0, produce("other", second.toString()).exitCode());
        try (WalProbe probe = probe("other")) {
            assertEquals(2, probe.mutations());
        }
    }

    @Test
    void readsStandardInputAndSaysWhatFileIsMissing() {
        rig.create("stdin", SHARDS);
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(
                "{\"op\":\"DEL\",\"key\":\"a\"}\n{\"op\":\"FLUSHDB\"}".getBytes(StandardCharsets.UTF_8)));
        try {
            CommandRig.Outcome outcome = produce("stdin");
            assertEquals(0, outcome.exitCode(), outcome::err);
            assertLine(outcome.err(), "standard input: 2 lines read, 2 appended");
        } finally {
            System.setIn(before);
        }
        try (WalProbe probe = probe("stdin")) {
            assertEquals(1 + SHARDS, probe.mutations());
        }
        CommandRig.Outcome missing = produce("stdin", directory.resolve("none").toString());
        assertEquals(1, missing.exitCode());
        assertLine(missing.err(), directory.resolve("none") + " does not exist");
        assertEquals(1, missing.err().lines().count(), missing::err);
    }
}
