package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A table of hashes answers as a map does. */
final class RowHashesTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void answersAsAMapDoes() {
        RowHashes hashes = new RowHashes();
        Map<Bytes, Long> model = new HashMap<>();
        for (int i = 0; i < 400_000; i++) {
            // Now more and now fewer, so that runs of slots grow together and are broken up again.
            boolean growing = i % 100_000 < 60_000;
            Bytes rowKey = key(random.nextInt(20_000));
            if (random.nextInt(10) < (growing ? 7 : 2)) {
                long hash = random.nextInt(8) == 0 ? 0 : random.nextLong();
                hashes.put(rowKey, hash);
                model.put(rowKey, hash);
            } else {
                hashes.remove(rowKey);
                model.remove(rowKey);
            }
            check(model, hashes, key(random.nextInt(20_000)));
        }
        assertEquals(model.size(), hashes.size(), () -> "-Dkora.seed=" + seed);
        for (int i = 0; i < 20_000; i++) {
            check(model, hashes, key(i));
        }
    }

    private void check(Map<Bytes, Long> model, RowHashes hashes, Bytes rowKey) {
        Long expected = model.get(rowKey);
        OptionalLong found = hashes.hash(rowKey);
        assertEquals(
                expected == null ? OptionalLong.empty() : OptionalLong.of(expected),
                found,
                () -> rowKey + ", -Dkora.seed=" + seed);
    }

    @Test
    void forgetsAllWhenCleared() {
        RowHashes hashes = new RowHashes();
        hashes.put(key(1), 7);
        hashes.clear();
        assertEquals(0, hashes.size());
        assertEquals(OptionalLong.empty(), hashes.hash(key(1)));
        hashes.put(key(1), 8);
        assertEquals(OptionalLong.of(8), hashes.hash(key(1)));
    }

    @Test
    void saysWhatToDoAboutMoreRowsThanItKeeps() {
        RowHashes hashes = new RowHashes(1 << 10);
        for (int i = 0; i < 768; i++) {
            hashes.put(key(i), i);
        }
        hashes.put(key(5), 9);
        var e = assertThrows(CdcException.Invalid.class, () -> hashes.put(key(768), 1));
        assertEquals(
                "the state has more than 768 rows, whose hashes are more than are kept here: hold the rows where they can be asked (HeldRows)",
                e.getMessage());
    }

    private static Bytes key(int i) {
        return Bytes.utf8("row " + i);
    }
}
