package dev.kora.cdc.consumer.store.rocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.store.Expiry;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.GoldenFile;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pins the keys that stand in RocksDB alone, and their order. */
final class LocalKeysFormatTest {
    private static final long TIME_MS = 1_750_000_060_000L;
    private static final Bytes GREETING = RowKeys.key(Bytes.utf8("greeting"));

    @Test
    void pinsKeys() {
        Map<String, Bytes> keys = new LinkedHashMap<>();
        keys.put("format", Bytes.of(LocalKeys.FORMAT));
        keys.put("position", Bytes.of(LocalKeys.POSITION));
        keys.put("expiry", Bytes.of(LocalKeys.expiry(new Expiry(TIME_MS, GREETING))));
        keys.put("expiry_before_1970", Bytes.of(LocalKeys.expiry(new Expiry(-2, GREETING))));
        GoldenFile.of("local-keys").check(keys);
    }

    @Test
    void keepsTheRowKeyOfAnExpiry() {
        assertEquals(GREETING, LocalKeys.rowKeyOfExpiry(LocalKeys.expiry(new Expiry(TIME_MS, GREETING))));
    }

    @Test
    void sortsExpiriesByTimeAndRowKey() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Expiry one = expiry(random);
            Expiry other = expiry(random);
            byte[] key = LocalKeys.expiry(one);
            int order = Arrays.compareUnsigned(key, LocalKeys.expiry(other));
            assertEquals(Integer.signum(one.compareTo(other)), Integer.signum(order), () -> "-Dkora.seed=" + seed);
            boolean within = Arrays.compareUnsigned(key, LocalKeys.expiriesEnd(other.atMs())) < 0;
            assertEquals(one.atMs() <= other.atMs(), within, () -> "-Dkora.seed=" + seed);
        }
        assertEquals(Bytes.of(LocalKeys.EXPIRIES_END), Bytes.of(LocalKeys.expiriesEnd(Long.MAX_VALUE)));
    }

    private static Expiry expiry(Random random) {
        long atMs = random.nextBoolean() ? TIME_MS + random.nextInt(3) : random.nextLong(Long.MAX_VALUE);
        return new Expiry(atMs, RowKeys.key(Bytes.of(new byte[] {(byte) random.nextInt(3)})));
    }

    @Test
    void standsBeforeAllRows() {
        byte[] last = LocalKeys.EXPIRIES_END;
        assertTrue(Arrays.compareUnsigned(last, LocalKeys.ROWS) < 0);
        for (RowKind kind : RowKind.values()) {
            byte[] rows = RowKeys.all(kind).array();
            assertTrue(Arrays.compareUnsigned(LocalKeys.ROWS, rows) < 0);
            assertTrue(Arrays.compareUnsigned(rows, LocalKeys.ROWS_END) < 0);
        }
    }
}
