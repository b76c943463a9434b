package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

final class LimitsTest {
    private static final Bytes KEY = Bytes.utf8("k");
    private static final long NEVER = Long.MAX_VALUE;

    @Test
    void boundsEachKey() {
        bounds("key", "SET", key -> new WalRecord.Set(key, KEY, null));
        bounds("key", "DEL", WalRecord.Del::new);
        bounds("key", "EXPIRE", key -> new WalRecord.Expire(key, 1));
        bounds("key", "LPUSH", key -> new WalRecord.LPush(key, List.of()));
        bounds("key", "RPUSH", key -> new WalRecord.RPush(key, List.of()));
        bounds("key", "HSET", key -> new WalRecord.HSet(key, List.of()));
        bounds("field", "HSET", field -> new WalRecord.HSet(KEY, List.of(new WalRecord.Field(field, KEY))));
        bounds("key", "SADD", key -> new WalRecord.SAdd(key, List.of()));
        bounds("member", "SADD", member -> new WalRecord.SAdd(KEY, List.of(KEY, member)));
        bounds("collection", "DOC_SET", collection -> new WalRecord.DocSet(collection, KEY, KEY));
        bounds("doc_id", "DOC_SET", id -> new WalRecord.DocSet(KEY, id, KEY));
        bounds("collection", "DOC_DEL", collection -> new WalRecord.DocDel(collection, KEY));
        bounds("doc_id", "DOC_DEL", id -> new WalRecord.DocDel(KEY, id));
        bounds("key", "VEC_SET", key -> new WalRecord.VecSet(key, 0, Bytes.EMPTY));
        bounds("key", "VEC_DEL", WalRecord.VecDel::new);
    }

    private static void bounds(String field, String op, Function<Bytes, WalRecord> record) {
        assertDoesNotThrow(() -> Limits.check(record.apply(zeros(65_536))));
        refuses(
                "the %s of %s takes 65537 bytes, beyond the limit of 65536".formatted(field, op),
                record.apply(zeros(65_537)));
    }

    @Test
    void boundsTheElements() {
        boundsElements("values", "LPUSH", n -> new WalRecord.LPush(KEY, Collections.nCopies(n, KEY)));
        boundsElements("values", "RPUSH", n -> new WalRecord.RPush(KEY, Collections.nCopies(n, KEY)));
        boundsElements("members", "SADD", n -> new WalRecord.SAdd(KEY, Collections.nCopies(n, KEY)));
        boundsElements("fields", "HSET", n -> {
            return new WalRecord.HSet(KEY, Collections.nCopies(n, new WalRecord.Field(KEY, KEY)));
        });
    }

    private static void boundsElements(String field, String op, IntFunction<WalRecord> record) {
        WalRecord most = record.apply(65_536);
        assertDoesNotThrow(() -> Limits.check(most));
        var codec = new WalEntryCodec(1, SchemaSource.NONE);
        Bytes value = codec.encode(new WalEntry(1, 1, 0, most));
        assertEquals(most, codec.decode(KEY, value, 0).content());
        refuses("%s has 65537 %s, beyond the limit of 65536: split it".formatted(op, field), record.apply(65_537));
    }

    @Test
    void lendsAValueAllThatItsKeyLeaves() {
        exact(
                value -> new WalRecord.Set(KEY, value, 1L),
                value -> new SnapshotRow.Key(KEY, ValueType.STRING, value, 0, 0, 0, NEVER, NEVER, NEVER));
        exact(
                value -> new WalRecord.RPush(KEY, List.of(KEY, value)),
                value -> new SnapshotRow.ListItem(KEY, NEVER, value, NEVER, NEVER));
        exact(
                value -> new WalRecord.HSet(KEY, List.of(new WalRecord.Field(KEY, value))),
                value -> new SnapshotRow.HashField(KEY, KEY, value, NEVER, NEVER));
        exact(
                value -> new WalRecord.DocSet(KEY, KEY, value),
                value -> new SnapshotRow.Document(KEY, KEY, value, NEVER, NEVER));
        exact(
                value -> new WalRecord.VecSet(KEY, -1, value),
                value -> new SnapshotRow.Vector(KEY, -1, value, NEVER, NEVER));
    }

    /**
     * Finds the longest value that passes, and makes sure that its entry and its row can be carried, and that hardly any
     * room is given away.
     */
    private static void exact(Function<Bytes, WalRecord> record, Function<Bytes, SnapshotRow> row) {
        int least = 0;
        int most = Limits.RECORD_BYTES;
        while (least < most) {
            int middle = (least + most + 1) >>> 1;
            boolean passes = passes(record.apply(zeros(middle)));
            least = passes ? middle : least;
            most = passes ? most : middle - 1;
        }
        assertTrue(least > Limits.RECORD_BYTES - 400, "only " + least + " bytes pass");
        assertTrue(Limits.fits(row.apply(zeros(least))));
        Bytes tooLong = zeros(least + 1);
        var e = assertThrows(CdcException.Invalid.class, () -> Limits.check(record.apply(tooLong)));
        assertTrue(String.valueOf(e.getMessage()).endsWith("beyond the limit of 8388608"), e.getMessage());
    }

    private static boolean passes(WalRecord record) {
        try {
            Limits.check(record);
            return true;
        } catch (CdcException.Invalid e) {
            return false;
        }
    }

    @Test
    void boundsTheSumOfTheElements() {
        Bytes big = zeros(64 * 1024);
        assertDoesNotThrow(() -> Limits.check(new WalRecord.SAdd(KEY, Collections.nCopies(127, big))));
        assertFalse(passes(new WalRecord.SAdd(KEY, Collections.nCopies(128, big))));
    }

    /** Zeros take two bytes in row keys: the worst keys of the largest records still lead to rows that fit. */
    @Test
    void holdsForKeysThatAreEscaped() {
        Bytes key = zeros(64 * 1024);
        assertTrue(Limits.fits(new SnapshotRow.HashField(key, key, zeros(7 << 20), NEVER, NEVER)));
        assertDoesNotThrow(() ->
                Limits.check(new WalRecord.HSet(key, List.of(new WalRecord.Field(key, zeros(7 << 20))))));
        int room = Limits.RECORD_BYTES - 5 * key.length();
        var record = new WalRecord.HSet(key, List.of(new WalRecord.Field(key, zeros(room))));
        assertFalse(passes(record), "the row has the key once, escaped once more, and the field twice");
        assertFalse(Limits.fits(new SnapshotRow.HashField(key, key, zeros(room), NEVER, NEVER)));
    }

    @Test
    void boundsRowsExactly() {
        SnapshotRow empty = new SnapshotRow.Document(KEY, KEY, Bytes.EMPTY, 1, 1);
        int room = Limits.RECORD_BYTES - RowKeys.of(empty).length() - SnapshotRowCodec.maxEncodedSize(empty);
        assertTrue(Limits.fits(new SnapshotRow.Document(KEY, KEY, zeros(room), 1, 1)));
        assertFalse(Limits.fits(new SnapshotRow.Document(KEY, KEY, zeros(room + 1), 1, 1)));
    }

    /** Whatever passes leads to rows that fit: documents apart, which are checked once they are normalised. */
    @Test
    void letsNoRecordPassWhoseRowsDoNotFit() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            Bytes key = zeros(random.nextInt(Limits.KEY_BYTES));
            Bytes element = zeros(random.nextInt(Limits.KEY_BYTES));
            int room = Limits.RECORD_BYTES - 2 * element.length() - 3 * key.length() - 300 + random.nextInt(300);
            Bytes value = zeros(room);
            var record = new WalRecord.HSet(key, List.of(new WalRecord.Field(element, value)));
            if (passes(record)) {
                assertTrue(
                        Limits.fits(new SnapshotRow.HashField(key, element, value, NEVER, NEVER)),
                        () -> "-Dkora.seed=" + seed);
            }
        }
    }

    private static Bytes zeros(int length) {
        return Bytes.of(new byte[length]);
    }

    private static void refuses(String message, WalRecord record) {
        assertEquals(
                message,
                assertThrows(CdcException.Invalid.class, () -> Limits.check(record))
                        .getMessage());
    }
}
