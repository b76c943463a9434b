package dev.kora.cdc.consumer.truncation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each reason not to delete any further is the floor in its turn, and says so. */
final class FloorTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** One bound of each kind, each at an offset of its own. */
    private static List<Bound> bounds(List<Long> offsets) {
        return List.of(
                new Bound.Marker(offsets.get(0)),
                new Bound.OldCheckpoint(offsets.get(1), MINUTE),
                new Bound.Hold("slow", offsets.get(2)),
                new Bound.Hold("fast", offsets.get(3)),
                new Bound.LastEntry(offsets.get(4)),
                new Bound.Size(offsets.get(5), 1 << 20),
                new Bound.Age(offsets.get(6), MINUTE));
    }

    @Test
    void theLowestBoundIsTheFloorWhicheverItIs() {
        Random random = new Random(Long.getLong("kora.seed", 7));
        Set<Limit> seen = EnumSet.noneOf(Limit.class);
        List<Long> offsets = new ArrayList<>(List.of(10L, 20L, 30L, 40L, 50L, 60L, 70L));
        for (int i = 0; i < 200; i++) {
            Collections.shuffle(offsets, random);
            List<Bound> bounds = bounds(offsets);
            Floor floor = Floor.under(bounds);
            assertEquals(10, floor.offset());
            assertEquals(bounds.get(offsets.indexOf(10L)), floor.by());
            seen.add(floor.by().limit());
        }
        assertEquals(EnumSet.complementOf(EnumSet.of(Limit.REQUEST)), seen);
    }

    @Test
    void whatIsWantedIsNamedWhereNothingElseIsLower() {
        assertEquals(
                Limit.MARKER,
                Floor.under(List.of(new Bound.Marker(5), new Bound.LastEntry(5), new Bound.Hold("g", 5)))
                        .by()
                        .limit());
    }

    @Test
    void aRequestIsNeverWhatLimits() {
        Floor floor = Floor.under(List.of(new Bound.Request(), new Bound.LastEntry(17)));
        assertEquals(new Floor(17, new Bound.LastEntry(17)), floor);
    }

    @Test
    void whatIsNotKnownHoldsEverything() {
        for (Bound unknown : List.of(
                new Bound.NoOldCheckpoint(MINUTE), new Bound.UnknownHold("new"), new Bound.UnknownLastEntry())) {
            Floor floor = Floor.under(List.of(new Bound.Marker(9), unknown, new Bound.LastEntry(12)));
            assertEquals(0, floor.offset());
            assertEquals(unknown, floor.by());
        }
    }

    @Test
    void eachSaysInWordsWhatItIs() {
        assertWords(new Bound.Marker(5), "limited by the marker: the newest truncation marker stands at offset 5");
        assertWords(
                new Bound.OldCheckpoint(5, MINUTE),
                "limited by the checkpoint: the newest checkpoint that is at least 60 s old covers what stands before offset 5");
        assertWords(
                new Bound.NoOldCheckpoint(Duration.ofMillis(1_500)),
                "limited by the checkpoint: no checkpoint is 1500 ms old yet, as seen by this process since it took the shard over");
        assertWords(new Bound.Hold("etl", 5), "limited by the hold: the group etl has committed offset 5");
        assertWords(
                new Bound.UnknownHold("etl"),
                "limited by the hold: the group etl has never committed an offset here, so it holds everything");
        assertWords(
                new Bound.LastEntry(5),
                "limited by the last entry: the last entry applied, at offset 5, stays: a writer that opens the shard has to find it");
        assertWords(
                new Bound.UnknownLastEntry(),
                "limited by the last entry: the last entry stays, and since those behind it were skipped it is not known here before the next one");
        assertWords(
                new Bound.Size(5, 1_048_576),
                "limited by the size: about 1,048,576 bytes may stay, which begin at offset 5");
        assertWords(
                new Bound.Age(5, MINUTE),
                "limited by the age: entries may stay for 60 s, and the first that is no older stands at offset 5");
        assertTrue(new Bound.Age(Long.MAX_VALUE, MINUTE).words().startsWith("all entries are older"));
    }

    private static void assertWords(Bound bound, String words) {
        assertEquals(words, Floor.under(List.of(bound)).words());
    }
}
