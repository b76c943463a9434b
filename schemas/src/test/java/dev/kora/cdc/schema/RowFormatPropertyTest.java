package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Canonical bytes of random rows. */
final class RowFormatPropertyTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void readsBackWhatItWrote() {
        for (int i = 0; i < 100_000; i++) {
            SnapshotRow row = records.row();
            byte[] bytes = RowFormat.encode(row);
            assertEquals(row, RowFormat.decode(RowKeys.of(row), bytes), () -> row + ", -Dkora.seed=" + seed);
        }
    }

    @Test
    void readsOrRefusesSpoiledBytes() {
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            SnapshotRow row = records.row();
            byte[] good = RowFormat.encode(row);
            Damage damage = new Damage(random, bytes -> RowFormat.decode(RowKeys.of(row), bytes.array()));
            refused += damage.spoil(good, 5);
            refused += damage.read(Bytes.of(Arrays.copyOf(good, random.nextInt(good.length)))) ? 0 : 1;
        }
        assertTrue(refused > 10_000, "too few copies were refused to mean anything: " + refused);
    }

    @Test
    void namesAnotherVersion() {
        byte[] bytes = RowFormat.encode(records.row());
        bytes[0] = 3;
        var e = assertThrows(CdcException.Corrupt.class, () -> RowFormat.decode(RowKeys.CHECKPOINT, bytes));
        assertEquals(
                "a stored row has version 3, this program reads versions 1 and 2: delete the store, it is rebuilt",
                e.getMessage());
        bytes[0] = 2;
        var other = assertThrows(CdcException.Corrupt.class, () -> RowFormat.decode(RowKeys.key(Bytes.EMPTY), bytes));
        assertEquals(
                "a stored row has version 2, this program reads version 1: delete the store, it is rebuilt",
                other.getMessage());
    }
}
