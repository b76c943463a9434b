package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.KoraExpectedState;
import dev.kora.cdc.schema.KoraExpectedState.DocumentName;
import dev.kora.cdc.schema.KoraExpectedState.Index;
import dev.kora.cdc.schema.KoraExpectedState.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state of one shard as a program reads it over RESP, and nothing else, to be held against what Kora's own code reaches.
 */
public final class RespState {
    private final RespClient client;

    private RespState(RespClient client) {
        this.client = client;
    }

    /**
     * Fails unless the shard holds just the expected state.
     *
     * @param elapsedMs the most that a time to live may have shrunk by
     */
    public static void check(int port, int shard, KoraExpectedState expected, long elapsedMs) {
        try (RespClient client = new RespClient(port)) {
            assertEquals("OK", client.text("SHARD", shard));
            RespState state = new RespState(client);
            state.checkKeys(expected, elapsedMs);
            assertEquals(expected.vectors(), state.vectors());
            assertEquals(expected.collections(), state.collections());
            assertEquals(expected.documents(), state.documents(expected.collections()));
        }
    }

    private void checkKeys(KoraExpectedState expected, long elapsedMs) {
        SortedSet<Bytes> keys = scan();
        assertEquals(expected.keys().keySet(), keys);
        assertEquals(keys.size(), client.number("DBSIZE"));
        expected.keys().forEach((key, wanted) -> {
            assertEquals(wanted.value(), value(key), () -> "key " + key);
            checkTtl(key, wanted.ttlMs(), client.number("PTTL", (Object) key.array()), elapsedMs);
        });
    }

    /** Every key, by SCAN. */
    private SortedSet<Bytes> scan() {
        SortedSet<Bytes> keys = new TreeSet<>();
        String cursor = "0";
        do {
            List<?> reply = (List<?>) client.call("SCAN", cursor, "COUNT", 100);
            cursor = RespClient.text(reply.get(0));
            for (byte[] key : RespClient.byteStrings(reply.get(1))) {
                assertTrue(keys.add(Bytes.of(key)), () -> "scanned twice: " + Bytes.of(key));
            }
        } while (!cursor.equals("0"));
        return keys;
    }

    private Value value(Bytes key) {
        Object name = key.array();
        return switch (client.text("TYPE", name)) {
            case "string" -> new Value.Text(Bytes.of((byte[]) client.call("GET", name)));
            case "list" ->
                new Value.Items(client.list("LRANGE", name, 0, -1).stream()
                        .map(Bytes::of)
                        .toList());
            case "hash" -> new Value.Fields(pairs(client.list("HGETALL", name)));
            case "set" -> new Value.Members(sorted(client.list("SMEMBERS", name)));
            default -> throw new AssertionError("a type of its own under " + key);
        };
    }

    private static void checkTtl(Bytes key, @Nullable Long wantedMs, long foundMs, long elapsedMs) {
        if (wantedMs == null) {
            assertEquals(-1, foundMs, () -> "time to live of " + key);
        } else if (wantedMs < 0 || wantedMs > Long.MAX_VALUE - System.currentTimeMillis()) {
            assertEquals(Long.MAX_VALUE, foundMs, () -> "time to live of " + key);
        } else {
            assertTrue(
                    foundMs <= wantedMs && foundMs >= wantedMs - elapsedMs,
                    () -> "time to live of %s is %d, expected %d less at most %d"
                            .formatted(key, foundMs, wantedMs, elapsedMs));
        }
    }

    private SortedMap<Bytes, Index> vectors() {
        SortedMap<Bytes, Index> indexes = new TreeMap<>();
        for (byte[] key : client.list("VEC.KEYS")) {
            SortedMap<Long, Bytes> vectors = new TreeMap<>();
            List<?> flat = (List<?>) client.call("VEC.GET", (Object) key);
            for (int i = 0; i < flat.size(); i += 2) {
                vectors.put(Long.parseLong(RespClient.text(flat.get(i))), Bytes.of((byte[]) flat.get(i + 1)));
            }
            indexes.put(Bytes.of(key), new Index((int) client.number("VEC.DIM", (Object) key), vectors));
        }
        return indexes;
    }

    private SortedSet<Bytes> collections() {
        return sorted(client.list("DOC.COLLECTIONS"));
    }

    private SortedMap<DocumentName, JsonNode> documents(SortedSet<Bytes> collections) {
        SortedMap<DocumentName, JsonNode> documents = new TreeMap<>();
        for (Bytes collection : collections) {
            for (byte[] id : client.list("DOC.KEYS", (Object) collection.array())) {
                documents.put(
                        new DocumentName(collection, Bytes.of(id)),
                        KoraExpectedState.json(client.text("DOC.GET", collection.array(), id)));
            }
        }
        return documents;
    }

    private static SortedMap<Bytes, Bytes> pairs(List<byte[]> flat) {
        SortedMap<Bytes, Bytes> pairs = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            pairs.put(Bytes.of(flat.get(i)), Bytes.of(flat.get(i + 1)));
        }
        return pairs;
    }

    private static SortedSet<Bytes> sorted(List<byte[]> items) {
        SortedSet<Bytes> sorted = new TreeSet<>();
        new ArrayList<>(items).forEach(item -> sorted.add(Bytes.of(item)));
        return sorted;
    }
}
