package dev.kora.cdc.consumer.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranges of row keys with bytes that are hard on their ends. */
final class RangePropertyTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void holdsTheFieldsOfAHashAndTheirNames() {
        for (int i = 0; i < 50_000; i++) {
            Bytes key = records.awkward();
            Bytes other = records.awkward();
            Bytes field = records.awkward();
            Range range = Range.of(RowKeys.hashFields(key));
            Bytes rowKey = RowKeys.hashField(other, field);
            assertEquals(key.equals(other), holds(range, rowKey), () -> what(range, rowKey));
            if (key.equals(other)) {
                assertEquals(field, range.name(rowKey));
            }
        }
    }

    @Test
    void holdsAllThatAPatternMatches() {
        int matched = 0;
        for (int i = 0; i < 50_000; i++) {
            Glob glob = Glob.of(pattern());
            Bytes key = records.awkward();
            Range range = Range.keys(glob);
            Bytes rowKey = RowKeys.key(key);
            if (glob.matches(key)) {
                matched++;
                assertTrue(holds(range, rowKey), () -> what(range, rowKey));
                assertEquals(key, range.name(rowKey));
            }
        }
        assertTrue(matched > 1_000, "too few keys matched to mean anything: " + matched);
    }

    private Bytes pattern() {
        byte[] literal = records.awkward().array();
        byte[] pattern = Arrays.copyOf(literal, literal.length + 1);
        pattern[random.nextInt(pattern.length)] = '*';
        return Bytes.of(pattern);
    }

    @Test
    void goesOnBehindARowKey() {
        for (int i = 0; i < 50_000; i++) {
            Range range = Range.of(RowKeys.hashFields(records.awkward()));
            Bytes reached = random.nextInt(4) == 0 ? RowKeys.all(RowKind.VECTOR) : hashField();
            Bytes rowKey = hashField();
            boolean behind = holds(range, rowKey) && rowKey.compareTo(reached) > 0;
            Range after = range.after(reached);
            assertEquals(behind, holds(after, rowKey), () -> what(after, rowKey));
            assertEquals(reached.compareTo(range.to()) >= 0, after.isEmpty(), () -> what(after, reached));
        }
    }

    private Bytes hashField() {
        return RowKeys.hashField(records.awkward(), records.awkward());
    }

    private static boolean holds(Range range, Bytes rowKey) {
        return range.from().compareTo(rowKey) <= 0 && rowKey.compareTo(range.to()) < 0;
    }

    private String what(Range range, Bytes rowKey) {
        return range + " and " + rowKey + ", -Dkora.seed=" + seed;
    }
}
