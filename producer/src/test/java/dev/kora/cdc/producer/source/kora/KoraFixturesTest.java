package dev.kora.cdc.producer.source.kora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kora's own files, written by Kora's own code: every record decoded equal, every damaged file stopped where Kora stops. */
final class KoraFixturesTest {
    private static final Path FIXTURES = Path.of(System.getProperty("kora.fixtures", "../shared/fixtures/kora"));
    private static final ObjectMapper JSON = new ObjectMapper();

    @BeforeAll
    static void fixturesAreHere() {
        assumeTrue(Files.isDirectory(FIXTURES), () -> "no Kora fixtures at " + FIXTURES + " (property kora.fixtures)");
    }

    static Stream<Path> shards() throws IOException {
        if (!Files.isDirectory(FIXTURES)) {
            return Stream.of(FIXTURES);
        }
        try (Stream<Path> paths = Files.walk(FIXTURES)) {
            return paths.filter(path -> path.endsWith("shard.wal")).map(Path::getParent).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shards")
    void decodesTheLogAsKoraDoes(Path shard) throws IOException {
        Followed followed = follow(shard, false);
        assertRecords(expected(shard.resolve("expected.jsonl")), followed.records);
    }

    @ParameterizedTest
    @CsvSource({
        "all-kinds, , 0",
        "corrupt-crc, checksum, 390",
        "huge-length, 2147483647, 319",
        "torn, , 0",
        "extra/empty, , 0",
        "extra/lenient, , 0",
        "extra/length-512MiB, , 0",
        "extra/poison-vecset, , 0",
        "extra/rotated-two-handles, , 0",
        "extra/short-length-field, , 0",
        "extra/truncated-body, passes the end, 98",
        "extra/truncate-two-handles, , 0",
        "extra/two-handles-every-write, , 0",
        "extra/type-zero, record type 0, 98",
        "extra/unknown-type, record type 13, 98",
        "extra/zero-tail, length 0, 98",
    })
    void waitsAtATornEndAndHaltsAtDamage(String fixture, @Nullable String why, long offset) {
        Followed followed = follow(FIXTURES.resolve(fixture).resolve("shard-0"), false);
        if (why == null) {
            assertNull(followed.haltReason);
        } else {
            assertNotNull(followed.haltReason);
            assertTrue(followed.haltReason.contains(why), followed.haltReason);
            assertTrue(followed.haltReason.contains("shard.wal, offset " + offset + ":"), followed.haltReason);
        }
    }

    @ParameterizedTest
    @CsvSource({"extra/two-handles-buffered", "extra/torn-then-append"})
    void neverReadsOnBehindAFrameThatKorasReplayStopsAt(String fixture) throws IOException {
        Path shard = FIXTURES.resolve(fixture).resolve("shard-0");
        Followed followed = follow(shard, false);
        assertNotNull(followed.haltReason, "the rest of this file is damaged");
        assertEquals(expected(shard.resolve("expected.jsonl")).size(), followed.records.size());
    }

    @ParameterizedTest
    @CsvSource({"rotated", "extra/rotated-two-handles"})
    void decodesTheRotatedFile(String fixture) throws IOException {
        Path shard = FIXTURES.resolve(fixture).resolve("shard-0");
        List<WalRecord> records = new ArrayList<>();
        try (LogFile file = LogFile.open(shard.resolve("shard.wal.old")).orElseThrow()) {
            long offset = 0;
            while (file.read(offset) instanceof Frame.Whole frame) {
                offset += frame.payload().remaining() + Frame.OVERHEAD_BYTES;
                records.add(decode(frame));
            }
        }
        assertRecords(expected(shard.resolve("expected-old.jsonl")), records);
    }

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void decodesTheSnapshotAsKorasRecoveryReplaysIt(int shard) throws IOException, UndecodableException {
        Path directory = FIXTURES.resolve("four-shards").resolve("shard-" + shard);
        List<WalRecord> records = new ArrayList<>();
        try (SnapshotFile file =
                SnapshotFile.open(directory.resolve("shard.rdb")).orElseThrow()) {
            for (WalRecord record = file.next(); record != null; record = file.next()) {
                records.add(record);
            }
        }
        assertRecords(expected(directory.resolve("expected-rdb.jsonl")), records);
    }

    @Test
    void aShardWithASnapshotGivesThatFirst() throws IOException {
        Path shard = FIXTURES.resolve("four-shards").resolve("shard-1");
        List<WalRecord> both = new ArrayList<>(expected(shard.resolve("expected-rdb.jsonl")));
        both.addAll(expected(shard.resolve("expected.jsonl")));
        assertRecords(both, follow(shard, true).records);
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

    private static List<WalRecord> expected(Path file) throws IOException {
        List<WalRecord> records = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            records.add(record(JSON.readTree(line)));
        }
        return records;
    }

    private static WalRecord record(JsonNode line) {
        if (line.has("type")) {
            return snapshotRecord(line);
        }
        return switch (line.get("op").asText()) {
            case "SET" -> new WalRecord.Set(bytes(line, "key"), bytes(line, "value"), ttl(line));
            case "DEL" -> new WalRecord.Del(bytes(line, "key"));
            case "EXPIRE" ->
                new WalRecord.Expire(
                        bytes(line, "key"),
                        Long.parseUnsignedLong(line.get("ttl_ms").asText()));
            case "LPUSH" -> new WalRecord.LPush(bytes(line, "key"), list(line, "values"));
            case "RPUSH" -> new WalRecord.RPush(bytes(line, "key"), list(line, "values"));
            case "HSET" -> new WalRecord.HSet(bytes(line, "key"), fields(line));
            case "SADD" -> new WalRecord.SAdd(bytes(line, "key"), list(line, "members"));
            case "FLUSHDB" -> new WalRecord.FlushDb();
            case "DOC_SET" ->
                new WalRecord.DocSet(bytes(line, "collection"), bytes(line, "doc_id"), bytes(line, "json"));
            case "DOC_DEL" -> new WalRecord.DocDel(bytes(line, "collection"), bytes(line, "doc_id"));
            case "VEC_SET" ->
                new WalRecord.VecSet(
                        bytes(line, "key"),
                        (int) line.get(line.has("dimensions") ? "dimensions" : "dims")
                                .asLong(),
                        bytes(line, "vector"));
            case "VEC_DEL" -> new WalRecord.VecDel(bytes(line, "key"));
            default -> throw new AssertionError(line);
        };
    }

    private static WalRecord snapshotRecord(JsonNode line) {
        Bytes key = bytes(line, "key");
        return switch (line.get("type").asText()) {
            case "string" -> new WalRecord.Set(key, bytes(line, "value"), ttl(line));
            case "int" -> new WalRecord.Set(key, Bytes.utf8(line.get("int").asText()), ttl(line));
            case "list" -> new WalRecord.RPush(key, list(line, "items"));
            case "set" -> new WalRecord.SAdd(key, list(line, "members"));
            case "hash" -> new WalRecord.HSet(key, fields(line));
            default -> throw new AssertionError(line);
        };
    }

    private static @Nullable Long ttl(JsonNode line) {
        JsonNode ttl = line.get("ttl_ms");
        return ttl.isNull() ? null : Long.valueOf(Long.parseUnsignedLong(ttl.asText()));
    }

    private static Bytes bytes(JsonNode line, String name) {
        return bytes(line.get(name));
    }

    private static Bytes bytes(JsonNode base64) {
        return Bytes.of(Base64.getDecoder().decode(base64.asText()));
    }

    private static List<Bytes> list(JsonNode line, String name) {
        List<Bytes> list = new ArrayList<>();
        line.get(name).forEach(item -> list.add(bytes(item)));
        return list;
    }

    private static List<WalRecord.Field> fields(JsonNode line) {
        List<WalRecord.Field> fields = new ArrayList<>();
        line.get("fields").forEach(pair -> fields.add(new WalRecord.Field(bytes(pair.get(0)), bytes(pair.get(1)))));
        return fields;
    }
}
