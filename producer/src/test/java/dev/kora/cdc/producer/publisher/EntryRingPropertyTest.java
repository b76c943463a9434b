package dev.kora.cdc.producer.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The ring against a queue: what is claimed and published comes out in order, once for each time the drainer goes back. */
class EntryRingPropertyTest {
    private static final int CAPACITY = 4096;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Frames of a size that divides the ring: it fills up to where there is no room for one more. */
    @Test
    void aDrainerThatIsAheadByAsMuchAsTheRingTakesFindsNothingMore() {
        for (int bytes : new int[] {48, 64, 512, CAPACITY / 2}) {
            EntryRing ring = new EntryRing(CAPACITY);
            RingReader reader = new RingReader(ring);
            int taken = 0;
            for (long at = ring.tryClaim(bytes); at != EntryRing.FULL; at = ring.tryClaim(bytes)) {
                ring.publish(at, bytes);
                taken++;
            }
            assertTrue(taken > 0, "an empty ring has no room for " + bytes);
            for (int i = 0; i < taken; i++) {
                assertTrue(reader.next());
            }
            assertFalse(reader.next(), "read a frame of " + bytes + " bytes twice");
        }
    }

    @Test
    void givesBackWhatItTookInOrder() {
        for (int run = 0; run < 200; run++) {
            new Model().run();
        }
    }

    /** The ring, and what must be in it. */
    private final class Model {
        private final EntryRing ring = new EntryRing(CAPACITY);
        private final RingReader reader = new RingReader(ring);
        private final ByteBuffer view = ring.view();
        /** Claimed and not published, in order. */
        private final List<Claim> open = new ArrayList<>();
        /** Claimed and not released, in order; released frames go. */
        private final Deque<Claim> held = new ArrayDeque<>();

        private int drained;
        private int next;

        private record Claim(long cursor, int bytes, int number) {}

        void run() {
            for (int i = 0; i < 2_000; i++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> claim();
                    case 3, 4 -> publish();
                    case 5, 6 -> drain();
                    default -> endTransaction();
                }
            }
        }

        private void claim() {
            int bytes = bytes();
            long at = ring.tryClaim(bytes);
            if (at == EntryRing.FULL) {
                assertTrue(ring.used() > 0, "an empty ring has no room for " + bytes + what());
                return;
            }
            Claim frame = new Claim(at, bytes, next++);
            view.putLong(ring.index(at) + Frame.SEQUENCE, frame.number);
            open.add(frame);
            held.add(frame);
        }

        /** Mostly few, now and then many, or just what is left. */
        private int bytes() {
            int left = CAPACITY - (int) ring.used();
            return switch (random.nextInt(10)) {
                case 0 -> Frame.HEADER_BYTES + 8 * random.nextInt((ring.maxClaim() - Frame.HEADER_BYTES) / 8 + 1);
                case 1, 2 -> Math.clamp(left, Frame.HEADER_BYTES, ring.maxClaim());
                default -> Frame.HEADER_BYTES + 8 * random.nextInt(20);
            };
        }

        private void publish() {
            if (!open.isEmpty()) {
                Claim frame = open.remove(random.nextInt(open.size()));
                ring.publish(frame.cursor, frame.bytes);
            }
        }

        private void drain() {
            Claim expected = expected();
            assertEquals(expected != null, reader.next(), "whether a frame is next" + what());
            if (expected != null) {
                assertEquals(expected.number, reader.sequence(), "which frame is next" + what());
                assertEquals(expected.cursor + expected.bytes, reader.drained(), what());
                drained++;
            }
        }

        /** What the drainer must find next: the first frame that it has not read, unless that is not published. */
        private @Nullable Claim expected() {
            Iterator<Claim> frames = held.iterator();
            for (int i = 0; i < drained; i++) {
                frames.next();
            }
            Claim frame = frames.hasNext() ? frames.next() : null;
            return frame == null || open.contains(frame) ? null : frame;
        }

        /** A commit gives back what was drained; an abort goes back to it. */
        private void endTransaction() {
            if (random.nextInt(3) == 0) {
                reader.rewind(ring.committed());
            } else {
                ring.release(reader.drained());
                for (int i = 0; i < drained; i++) {
                    held.remove();
                }
            }
            drained = 0;
        }

        private String what() {
            return ", -Dkora.seed=" + seed;
        }
    }
}
