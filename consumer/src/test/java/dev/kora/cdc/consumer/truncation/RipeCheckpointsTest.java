package dev.kora.cdc.consumer.truncation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.truncation.RipeCheckpoints.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RipeCheckpointsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long MINUTE_NANOS = MINUTE.toNanos();

    private final RipeCheckpoints checkpoints = new RipeCheckpoints(MINUTE);

    @Test
    void aCheckpointIsRipeWhenItIsOldEnoughAndNotBefore() {
        assertEquals(Optional.empty(), checkpoints.newest(0));
        checkpoints.add(10, 5, 100);
        assertEquals(Optional.empty(), checkpoints.newest(100 + MINUTE_NANOS - 1));
        assertEquals(Optional.of(new Committed(10, 5, 100)), checkpoints.newest(100 + MINUTE_NANOS));
        assertEquals(Optional.of(new Committed(10, 5, 100)), checkpoints.newest(100 + 5 * MINUTE_NANOS));
    }

    @Test
    void theLastOneRipensThoughNothingComesBehindIt() {
        for (int i = 0; i < 1_000; i++) {
            checkpoints.add(i, i, i);
        }
        assertEquals(999, checkpoints.newest(999 + MINUTE_NANOS).orElseThrow().position());
    }

    @Test
    void withoutAnAgeEachIsRipeAtOnce() {
        RipeCheckpoints atOnce = new RipeCheckpoints(Duration.ZERO);
        for (int i = 0; i < 3; i++) {
            atOnce.add(i, i, 7);
            assertEquals(i, atOnce.newest(7).orElseThrow().position());
        }
    }

    @Test
    void whatWasForgottenDoesNotRipen() {
        checkpoints.add(10, 5, 0);
        checkpoints.clear();
        assertEquals(Optional.empty(), checkpoints.newest(2 * MINUTE_NANOS));
    }

    @Test
    void noneIsCalledRipeThatIsNotAndNoneIsOverlookedForLongerThanASlice() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 50; run++) {
            check(random, "repeat with -Dkora.seed=" + seed);
        }
    }

    private static void check(Random random, String seed) {
        RipeCheckpoints checkpoints = new RipeCheckpoints(MINUTE);
        List<Committed> all = new ArrayList<>();
        long now = random.nextLong(); // a nano clock may stand anywhere
        long slice = MINUTE_NANOS / 16;
        long pace = 1 + random.nextLong(MINUTE_NANOS);
        for (int i = 0; i < 500; i++) {
            now += random.nextLong(pace);
            if (random.nextInt(4) > 0) {
                checkpoints.add(i, 2L * i, now);
                all.add(new Committed(i, 2L * i, now));
            }
            long at = now;
            Optional<Committed> found = checkpoints.newest(at);
            found.ifPresent(ripe -> {
                assertTrue(all.contains(ripe), seed);
                assertTrue(at - ripe.committedAtNanos() >= MINUTE_NANOS, seed);
            });
            all.stream()
                    .filter(each -> at - each.committedAtNanos() >= MINUTE_NANOS + slice)
                    .reduce((a, b) -> b)
                    .ifPresent(old -> assertTrue(
                            found.orElseThrow(() -> new AssertionError(seed)).position() >= old.position()));
            assertTrue(checkpoints.size() <= 20, () -> checkpoints.size() + " are kept; " + seed);
        }
    }
}
