package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pins the Kafka keys and the values of the WAL topic. */
final class WalEntryFormatTest {
    private final WalEntryCodec codec = new WalEntryCodec(FormatSamples.SCHEMA_ID, SchemaSource.NONE);
    private final Map<String, WalEntry> entries = FormatSamples.entries();

    @Test
    void pinsValues() {
        Map<String, Bytes> values = new LinkedHashMap<>();
        entries.forEach((name, entry) -> values.put(name, codec.encode(entry)));
        GoldenFile.of("wal-values").check(values);
    }

    @Test
    void pinsKafkaKeys() {
        Map<String, Bytes> keys = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            Bytes key = KafkaKeys.of(entry.content());
            if (key != null) {
                keys.put(name, key);
            }
        });
        GoldenFile.of("wal-keys").check(keys);
    }

    @Test
    void readsWhatIsPinned() {
        Map<String, Bytes> keys = GoldenFile.of("wal-keys").pinned();
        GoldenFile.of("wal-values")
                .pinned()
                .forEach((name, value) -> assertEquals(
                        entries.get(name), codec.decode(keys.get(name), value, FormatSamples.TIME_MS), name));
    }

    @Test
    void leavesNoOpOut() {
        EnumSet<Op> left = EnumSet.allOf(Op.class);
        entries.values().forEach(entry -> left.remove(Op.of(entry.content())));
        assertEquals(EnumSet.noneOf(Op.class), left);
    }
}
