package dev.kora.cdc.consumer.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random ranges of single-byte row keys against a set of bits. */
final class RowRangesPropertyTest {
    private static final int BYTES = 40;

    @Test
    void holdsWhatASetOfBitsHolds() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 2_000; run++) {
            RowRanges ranges = new RowRanges();
            BitSet bits = new BitSet();
            for (int n = random.nextInt(12); n >= 0; n--) {
                int from = random.nextInt(BYTES);
                int to = from + 1 + random.nextInt(6);
                String message = "-Dkora.seed=" + seed;
                assertEquals(clear(bits, from, to), bits(ranges.gaps(key(from), key(to))), message);
                ranges.add(key(from), key(to));
                bits.set(from, to);
                assertEquals(bits, bits(ranges.toList()), message);
                assertEquals(runs(bits), ranges.toList().size(), message);
                for (int value = 0; value < BYTES; value++) {
                    assertEquals(bits.get(value), ranges.contains(key(value)), message);
                }
            }
        }
    }

    private static BitSet clear(BitSet bits, int from, int to) {
        BitSet clear = new BitSet();
        clear.set(from, to);
        clear.andNot(bits);
        return clear;
    }

    private static BitSet bits(List<StoreBatch.Range> ranges) {
        BitSet bits = new BitSet();
        ranges.forEach(range -> bits.set(range.from().array()[0], range.to().array()[0]));
        return bits;
    }

    private static int runs(BitSet bits) {
        int runs = 0;
        for (int at = bits.nextSetBit(0); at >= 0; at = bits.nextSetBit(bits.nextClearBit(at))) {
            runs++;
        }
        return runs;
    }

    private static Bytes key(int value) {
        return Bytes.of(new byte[] {(byte) value});
    }
}
