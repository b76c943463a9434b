package dev.kora.cdc.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Kora's own files with what Kora's code reads from them: where they are, and the records that it decodes. Where they are
 * absent, tests that need them are to be skipped, saying {@link #ABSENT}.
 */
public final class KoraFixtures {
    private static final Path ROOT = Path.of(System.getProperty("kora.fixtures", "../shared/fixtures/kora"));
    private static final ObjectMapper JSON = new ObjectMapper();

    public static final String ABSENT = "no Kora fixtures at " + ROOT + " (property kora.fixtures)";

    private KoraFixtures() {}

    public static boolean arePresent() {
        return Files.isDirectory(ROOT);
    }

    /** The directory of a fixture's shard. */
    public static Path shard(String fixture, int shard) {
        return ROOT.resolve(fixture).resolve("shard-" + shard);
    }

    /** How messages name a file of the fixtures. */
    public static String name(Path file) {
        return ROOT.relativize(file).toString();
    }

    /** All files whose names begin and end so, sorted; none where the fixtures are absent. */
    public static List<Path> files(String prefix, String suffix) {
        if (!arePresent()) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(ABSENT, e);
        }
    }

    /** The records of an {@code expected*.jsonl}; those of a snapshot as Kora's recovery replays them. */
    public static List<WalRecord> records(Path jsonl) {
        List<WalRecord> records = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(jsonl)) {
                records.add(record(JSON.readTree(line)));
            }
        } catch (IOException e) {
            throw new AssertionError(jsonl.toString(), e);
        }
        return records;
    }

    private static WalRecord record(JsonNode line) {
        if (line.has("type")) {
            return snapshotRecord(line);
        }
        return switch (line.get("op").asText()) {
            case "SET" -> new WalRecord.Set(bytes(line, "key"), bytes(line, "value"), ttlMs(line));
            case "DEL" -> new WalRecord.Del(bytes(line, "key"));
            case "EXPIRE" -> new WalRecord.Expire(bytes(line, "key"), unsigned(line.get("ttl_ms")));
            case "LPUSH" -> new WalRecord.LPush(bytes(line, "key"), list(line.get("values")));
            case "RPUSH" -> new WalRecord.RPush(bytes(line, "key"), list(line.get("values")));
            case "HSET" -> new WalRecord.HSet(bytes(line, "key"), fields(line));
            case "SADD" -> new WalRecord.SAdd(bytes(line, "key"), list(line.get("members")));
            case "FLUSHDB" -> new WalRecord.FlushDb();
            case "DOC_SET" ->
                new WalRecord.DocSet(bytes(line, "collection"), bytes(line, "doc_id"), bytes(line, "json"));
            case "DOC_DEL" -> new WalRecord.DocDel(bytes(line, "collection"), bytes(line, "doc_id"));
            case "VEC_SET" -> new WalRecord.VecSet(bytes(line, "key"), dimensions(line), bytes(line, "vector"));
            case "VEC_DEL" -> new WalRecord.VecDel(bytes(line, "key"));
            default -> throw new AssertionError(line);
        };
    }

    private static WalRecord snapshotRecord(JsonNode line) {
        Bytes key = bytes(line, "key");
        return switch (line.get("type").asText()) {
            case "string" -> new WalRecord.Set(key, bytes(line, "value"), ttlMs(line));
            case "int" -> new WalRecord.Set(key, Bytes.utf8(line.get("int").asText()), ttlMs(line));
            case "list" -> new WalRecord.RPush(key, list(line.get("items")));
            case "set" -> new WalRecord.SAdd(key, list(line.get("members")));
            case "hash" -> new WalRecord.HSet(key, fields(line));
            default -> throw new AssertionError(line);
        };
    }

    private static int dimensions(JsonNode line) {
        return (int) line.get(line.has("dimensions") ? "dimensions" : "dims").asLong();
    }

    static @Nullable Long ttlMs(JsonNode node) {
        JsonNode ttl = node.get("ttl_ms");
        return ttl.isNull() ? null : Long.valueOf(unsigned(ttl));
    }

    private static long unsigned(JsonNode decimal) {
        return Long.parseUnsignedLong(decimal.asText());
    }

    static Bytes bytes(JsonNode node, String name) {
        return bytes(node.get(name));
    }

    static Bytes bytes(JsonNode base64) {
        return Bytes.of(Base64.getDecoder().decode(base64.asText()));
    }

    static List<Bytes> list(JsonNode array) {
        List<Bytes> list = new ArrayList<>();
        array.forEach(item -> list.add(bytes(item)));
        return list;
    }

    private static List<WalRecord.Field> fields(JsonNode line) {
        List<WalRecord.Field> fields = new ArrayList<>();
        line.get("fields").forEach(pair -> fields.add(new WalRecord.Field(bytes(pair.get(0)), bytes(pair.get(1)))));
        return fields;
    }
}
