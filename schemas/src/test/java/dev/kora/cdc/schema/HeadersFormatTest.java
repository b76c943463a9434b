package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Pins the Kafka headers: those of tombstones, and the fingerprints of both schemas. */
final class HeadersFormatTest {
    private final Map<String, Tombstone> tombstones = FormatSamples.tombstones();

    @Test
    void pinsHeaders() {
        Map<String, Bytes> headers = new LinkedHashMap<>();
        tombstones.forEach((name, tombstone) -> put(headers, name, tombstone.toHeaders()));
        put(headers, "wal_entry", SchemaFingerprint.header(Schemas.WAL_ENTRY));
        put(headers, "snapshot_row", SchemaFingerprint.header(Schemas.SNAPSHOT_ROW));
        GoldenFile.of("headers").check(headers);
    }

    private static void put(Map<String, Bytes> all, String sample, Map<String, Bytes> headers) {
        new TreeMap<>(headers).forEach((header, value) -> all.put(sample + "." + header, value));
    }

    @Test
    void readsWhatIsPinned() {
        Map<String, Map<String, Bytes>> bySample = new HashMap<>();
        GoldenFile.of("headers").pinned().forEach((name, value) -> {
            String[] parts = name.split("\\.", 2);
            bySample.computeIfAbsent(parts[0], sample -> new HashMap<>()).put(parts[1], value);
        });
        tombstones.forEach((name, tombstone) ->
                assertEquals(tombstone, Tombstone.ofHeaders(bySample.getOrDefault(name, Map.of())), name));
    }
}
