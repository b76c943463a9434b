package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.GoldenFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pins the bytes of saved positions. Invariant I11 of docs/architecture.md. */
final class SavedPositionFormatTest {
    private static final String TOPIC_ID = "5H4Zp0bLQ0mC1dPn8QyGxA";

    private final Map<String, SavedPosition> samples = samples();

    private static Map<String, SavedPosition> samples() {
        Map<String, SavedPosition> all = new LinkedHashMap<>();
        all.put("nothing", SavedPosition.NONE);
        all.put("entry", position(3, new LogPosition(451, 7), 2, 300, null, 0));
        all.put("beginning", position(0, LogPosition.of(0), 0, 0, null, 0));
        all.put("behind_a_skip", position(3, new LogPosition(451, 7), 2, 300, new Passed(2, 303, 1), 301));
        all.put("skipped_before", position(3, new LogPosition(460, 7), 2, 305, null, 304));
        return all;
    }

    private static SavedPosition position(
            int shard, LogPosition at, long epoch, long sequence, @Nullable Passed passed, long seenFrom) {
        return SavedPosition.at(shard, new WalStart(TOPIC_ID, at, epoch, sequence, passed, seenFrom));
    }

    @Test
    void pinsBytes() {
        Map<String, Bytes> bytes = new LinkedHashMap<>();
        samples.forEach((name, position) -> bytes.put(name, Bytes.of(position.toBytes())));
        GoldenFile.of("saved-positions").check(bytes);
    }

    @Test
    void readsWhatIsPinned() {
        GoldenFile.of("saved-positions")
                .pinned()
                .forEach((name, bytes) -> assertEquals(samples.get(name), SavedPosition.of(bytes.array()), name));
    }

    @Test
    void refusesWhatIsCutOffOrSpoiled() {
        byte[] good = position(3, new LogPosition(451, 7), 2, 300, new Passed(2, 303, 1), 301)
                .toBytes();
        for (int length = 0; length <= good.length - TOPIC_ID.length(); length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(CdcException.Corrupt.class, () -> SavedPosition.of(cut), "of length " + length);
        }
        assertThrows(CdcException.Corrupt.class, () -> SavedPosition.of(new byte[] {1, 0, 0}));
        assertThrows(CdcException.Corrupt.class, () -> SavedPosition.of(new byte[] {1, 2}));
        byte[] negative = good.clone();
        negative[6] = -1;
        assertThrows(CdcException.Corrupt.class, () -> SavedPosition.of(negative));
    }

    @Test
    void namesAnotherVersion() {
        var e = assertThrows(CdcException.Corrupt.class, () -> SavedPosition.of(new byte[] {2, 0}));
        assertEquals(
                "a saved position has version 2, this program reads version 1: start again from the state (SavedPosition.NONE)",
                e.getMessage());
    }
}
