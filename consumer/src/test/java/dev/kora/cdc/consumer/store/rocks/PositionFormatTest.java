package dev.kora.cdc.consumer.store.rocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.GoldenFile;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pins the bytes of a store's position. */
final class PositionFormatTest {
    private static final String TOPIC_ID = "Tx0gK3W3R9eYk2m0v1s8bw";
    private static final SnapshotRow.Checkpoint CHECKPOINT = new SnapshotRow.Checkpoint(
            451, 7, "5H4Zp0bLQ0mC1dPn8QyGxA", 2, 440L, 128L, 12, 5, 0xfedcba9876543210L, 300, 1_750_000_000_000L);

    private final Map<String, StorePosition> positions = new LinkedHashMap<>();

    PositionFormatTest() {
        positions.put("empty", StorePosition.EMPTY);
        positions.put("building", new StorePosition(null, TOPIC_ID, new LogPosition(1000, 3), 12, 5, -1));
        positions.put(
                "committed",
                new StorePosition(CHECKPOINT, TOPIC_ID, new LogPosition(1000, 3), 12, 5, 0xfedcba9876543210L));
    }

    @Test
    void pinsPositions() {
        Map<String, Bytes> bytes = new LinkedHashMap<>();
        positions.forEach((name, position) -> bytes.put(name, Bytes.of(PositionFormat.encode(position))));
        GoldenFile.of("store-positions").check(bytes);
    }

    @Test
    void readsWhatIsPinned() {
        GoldenFile.of("store-positions")
                .pinned()
                .forEach(
                        (name, bytes) -> assertEquals(positions.get(name), PositionFormat.decode(bytes.array()), name));
    }

    @Test
    void refusesAnotherVersion() {
        byte[] bytes = PositionFormat.encode(StorePosition.EMPTY);
        bytes[0] = 2;
        assertThrows(CdcException.Corrupt.class, () -> PositionFormat.decode(bytes));
    }

    @Test
    void readsOrRefusesWhatIsCutOrSpoiled() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] good = PositionFormat.encode(positions.getOrDefault("committed", StorePosition.EMPTY));
        for (int length = 0; length < good.length; length++) {
            readsOrRefuses(Arrays.copyOf(good, length), seed);
        }
        for (int i = 0; i < 10_000; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            readsOrRefuses(bad, seed);
        }
    }

    private static void readsOrRefuses(byte[] bytes, long seed) {
        try {
            PositionFormat.decode(bytes);
        } catch (CdcException.Corrupt expected) {
            // refused
        } catch (RuntimeException e) {
            throw new AssertionError(Bytes.of(bytes) + ", -Dkora.seed=" + seed, e);
        }
    }
}
