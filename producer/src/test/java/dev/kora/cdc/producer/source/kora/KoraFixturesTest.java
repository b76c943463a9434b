package dev.kora.cdc.producer.source.kora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kora.cdc.schema.KoraFixtures;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kora's own files, written by Kora's own code: every record decoded equal, every damaged file stopped where Kora stops. */
final class KoraFixturesTest {
    /** Where and why following a fixture's log halts; it reads every other one to its end, and then waits. */
    private static final Map<String, String> HALTS = Map.of(
            "corrupt-crc", "offset 390: checksum",
            "huge-length", "offset 319: 2147483647",
            "extra/torn-then-append", "offset 319: checksum",
            "extra/truncated-body", "offset 98: passes the end",
            "extra/two-handles-buffered", "offset 8140: checksum",
            "extra/type-zero", "offset 98: record type 0",
            "extra/unknown-type", "offset 98: record type 13",
            "extra/zero-tail", "offset 98: length 0");

    @BeforeAll
    static void fixturesAreHere() {
        assumeTrue(KoraFixtures.arePresent(), KoraFixtures.ABSENT);
    }

    static List<Path> logs() {
        return KoraFixtures.files("shard", ".wal");
    }

    static List<Path> rotatedLogs() {
        return KoraFixtures.files("shard", ".wal.old");
    }

    static List<Path> snapshots() {
        return KoraFixtures.files("shard", ".rdb");
    }

    @Test
    void everyFileOfRecordsIsTheExpectationOfAFile() {
        int files = logs().size() + rotatedLogs().size() + snapshots().size();
        assertEquals(files, KoraFixtures.files("expected", ".jsonl").size());
    }

    @ParameterizedTest
    @MethodSource("logs")
    void decodesTheLogAsKoraDoes(Path log) {
        Followed followed = follow(directory(log), false);
        assertRecords(KoraFixtures.records(log.resolveSibling("expected.jsonl")), followed.records);
    }

    @ParameterizedTest
    @MethodSource("logs")
    void haltsAtDamageAndWaitsAtATornEnd(Path log) {
        String fixture = KoraFixtures.name(log).replaceFirst("/shard-\\d/shard.wal$", "");
        Followed followed = follow(directory(log), false);
        String halt = HALTS.get(fixture);
        if (halt == null) {
            assertNull(followed.haltReason);
        } else {
            assertNotNull(followed.haltReason);
            for (String part : halt.split(": ", -1)) {
                assertTrue(followed.haltReason.contains(part), followed.haltReason);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rotatedLogs")
    void decodesTheRotatedFile(Path log) throws IOException {
        List<WalRecord> records = new ArrayList<>();
        try (LogFile file = LogFile.open(log).orElseThrow()) {
            long offset = 0;
            while (file.read(offset) instanceof Frame.Whole frame) {
                offset += frame.payload().remaining() + Frame.OVERHEAD_BYTES;
                records.add(decode(frame));
            }
        }
        assertRecords(KoraFixtures.records(log.resolveSibling("expected-old.jsonl")), records);
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void decodesTheSnapshotAsKorasRecoveryReplaysIt(Path snapshot) throws IOException, UndecodableException {
        List<WalRecord> records = new ArrayList<>();
        try (SnapshotFile file = SnapshotFile.open(snapshot).orElseThrow()) {
            for (WalRecord record = file.next(); record != null; record = file.next()) {
                records.add(record);
            }
        }
        assertRecords(KoraFixtures.records(snapshot.resolveSibling("expected-rdb.jsonl")), records);
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void aShardWithASnapshotGivesThatFirst(Path snapshot) {
        List<WalRecord> both = new ArrayList<>(KoraFixtures.records(snapshot.resolveSibling("expected-rdb.jsonl")));
        both.addAll(KoraFixtures.records(snapshot.resolveSibling("expected.jsonl")));
        assertRecords(both, follow(directory(snapshot), true).records);
    }

    private record Followed(
            List<WalRecord> records, @Nullable String haltReason) {}

    private static Followed follow(Path shard, boolean snapshot) {
        CollectingSink sink = new CollectingSink();
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        ShardFollower follower = new ShardFollower(0, shard, new FollowerOptions(snapshot, false), sink, clock);
        follower.attach(Optional.empty());
        while (follower.step(1000)) {}
        return new Followed(sink.records, follower.status().haltReason());
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private static WalRecord decode(Frame.Whole frame) {
        try {
            return KoraPayload.decode(frame.payload());
        } catch (UndecodableException e) {
            throw new AssertionError("offset " + frame.offset(), e);
        }
    }

    private static void assertRecords(List<WalRecord> expected, List<WalRecord> actual) {
        for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
            int n = i;
            assertEquals(expected.get(i), actual.get(i), () -> "record " + n);
        }
        assertEquals(expected.size(), actual.size());
    }
}
