package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyPatternTest {
    private final KeyPattern users = pattern("user:*");

    @Test
    void takesEveryOpOnAKeyThatMatches() {
        Bytes key = Bytes.utf8("user:1");
        List<Bytes> values = List.of(key);
        List<WalEntry.Content> changes = List.of(
                new WalRecord.Set(key, key, 1L),
                new WalRecord.Del(key),
                new WalRecord.Expire(key, 1),
                new WalRecord.LPush(key, values),
                new WalRecord.RPush(key, values),
                new WalRecord.HSet(key, List.of(new WalRecord.Field(key, key))),
                new WalRecord.SAdd(key, values),
                new WalRecord.VecSet(key, 1, Bytes.of(new byte[4])),
                new WalRecord.VecDel(key));
        changes.forEach(change -> assertTrue(users.test(change), change::toString));
        changes.forEach(change -> assertFalse(pattern("other").test(change), change::toString));
    }

    @Test
    void namesADocumentByCollectionAndId() {
        var document = new WalRecord.DocSet(Bytes.utf8("books"), Bytes.utf8("b1"), Bytes.utf8("{}"));
        var deleted = new WalRecord.DocDel(Bytes.utf8("books"), Bytes.utf8("b1"));
        for (String matching : List.of("books/b1", "books/*", "*1", "*")) {
            assertTrue(pattern(matching).test(document), matching);
            assertTrue(pattern(matching).test(deleted), matching);
        }
        for (String other : List.of("b1", "books", "user:*")) {
            assertFalse(pattern(other).test(document), other);
        }
    }

    @Test
    void takesFlushesAlwaysAndControlEntriesNever() {
        assertTrue(users.test(new WalRecord.FlushDb()));
        for (Control control : Control.values()) {
            assertEquals(false, pattern("*").test(control), control::name);
        }
    }

    private static KeyPattern pattern(String glob) {
        return new KeyPattern(Glob.of(Bytes.utf8(glob)));
    }
}
