package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Hands damaged copies of good bytes to whoever reads them. A reader may find another meaning in them or refuse them as
 * corrupt; it must never throw anything else, nor allocate much more than the bytes that are there.
 */
final class Damage {
    /** An error with its trace, the objects of an array's elements, and a class loaded for the first time. */
    private static final long ALLOCATION_BASE = 1 << 20;

    private static final long ALLOCATION_PER_BYTE = 64;
    /** Beyond, cutting at every length takes too long. */
    private static final int CUTS = 300;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Random random;
    private final Consumer<Bytes> reader;

    Damage(Random random, Consumer<Bytes> reader) {
        this.random = random;
        this.reader = reader;
    }

    /** Cuts the bytes short, at every length or at many, and adds one: none of it is whole. */
    void cut(byte[] good) {
        for (int i = 0; i < Math.min(CUTS, good.length); i++) {
            int length = good.length <= CUTS ? i : random.nextInt(good.length);
            assertThrows(CdcException.Corrupt.class, () -> reader.accept(Bytes.of(Arrays.copyOf(good, length))));
        }
        assertThrows(CdcException.Corrupt.class, () -> reader.accept(Bytes.of(Arrays.copyOf(good, good.length + 1))));
    }

    /** Flips bits and puts in bytes that make great numbers. Returns how many of the copies were refused. */
    int spoil(byte[] good, int copies) {
        int refused = 0;
        for (int i = 0; i < copies; i++) {
            byte[] bad = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(bad.length);
                bad[at] = random.nextBoolean() ? (byte) (bad[at] ^ 1 << random.nextInt(8)) : (byte) 0xff;
            }
            refused += read(Bytes.of(bad)) ? 0 : 1;
        }
        return refused;
    }

    /** Whether the reader takes the bytes. */
    boolean read(Bytes bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean taken = true;
        try {
            reader.accept(bytes);
        } catch (CdcException.Corrupt e) {
            taken = false;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated <= ALLOCATION_BASE + ALLOCATION_PER_BYTE * bytes.length(),
                () -> "reading " + bytes.length() + " bytes allocated " + allocated + ": " + bytes);
        return taken;
    }
}
