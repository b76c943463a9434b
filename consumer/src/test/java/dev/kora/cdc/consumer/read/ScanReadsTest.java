package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.del;
import static dev.kora.cdc.consumer.read.TestShards.hset;
import static dev.kora.cdc.consumer.read.TestShards.rpush;
import static dev.kora.cdc.consumer.read.TestShards.sadd;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.server.resp.DirectCalls;
import dev.kora.cdc.server.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ScanReadsTest {
    private final TestShards shards = new TestShards(2);
    private final DirectCalls client = shards.connect();

    @AfterEach
    void everyViewIsClosed() {
        assertEquals(0, shards.openViews());
    }

    @Test
    void aScanOfNothingEndsAtOnce() {
        assertEquals("[\"0\", []]", client.text("SCAN", "0"));
        assertEquals("[\"0\", []]", client.text("HSCAN", "none", "0"));
        assertEquals("[\"0\", []]", client.text("SSCAN", "none", "0"));
    }

    @Test
    void aPageHasAsManyKeysAsItsCount() {
        for (int n = 0; n < 100; n++) {
            shards.fold(n % 2, set("key " + n, ""));
        }
        assertEquals(10, page(client, "SCAN", "0").items.size());
        for (int count : new int[] {1, 7, 33, 99, 100, 1_000}) {
            Page page = page(client, "SCAN", "0", "COUNT", Integer.toString(count));
            assertEquals(Math.min(count, 100), page.items.size());
            assertEquals(count >= 100, page.next.equals("0"));
            assertEquals(
                    100,
                    all(client, List.of("COUNT", Integer.toString(count)), "SCAN").stream()
                            .distinct()
                            .count());
        }
    }

    @Test
    void keysAreChosenByPatternAndType() {
        shards.fold(0, set("a1", ""), set("b1", ""), rpush("a2")).fold(1, hset("a3"), sadd("a4"), set("a5", ""));
        assertEquals(List.of("a1", "a2", "a3", "a4", "a5"), all(client, List.of("MATCH", "a*"), "SCAN"));
        assertEquals(List.of("a1", "a5"), all(client, List.of("MATCH", "a*", "TYPE", "string"), "SCAN"));
        assertEquals(List.of("a3"), all(client, List.of("type", "HASH", "count", "1"), "SCAN"));
        assertEquals(List.of("a1", "b1"), all(client, List.of("COUNT", "1", "MATCH", "?1"), "SCAN"));
        assertEquals(List.of(), all(client, List.of("TYPE", "zset"), "SCAN"));
        assertEquals(List.of("b1"), all(client, List.of("MATCH", "a*", "MATCH", "b*"), "SCAN"), "the last one counts");
    }

    @Test
    void aPatternWithABeginningReadsOnlyWhatBeginsSo() {
        for (int n = 0; n < 5_000; n++) {
            shards.fold(0, set("a" + n, ""));
        }
        shards.fold(0, set("b", ""));
        assertEquals("[\"0\", [\"b\"]]", client.text("SCAN", "0", "MATCH", "b*", "COUNT", "1"));
    }

    @Test
    void aPageOverDeadKeysEnds() {
        for (int n = 0; n < 3_000; n++) {
            shards.fold(0, set("dead " + n, "", 5));
        }
        shards.fold(0, set("live", ""));
        shards.pass(5);
        Page first = page(client, "SCAN", "0");
        assertEquals(List.of(), first.items);
        assertFalse(first.next.equals("0"));
        assertEquals(List.of("live"), all(client, List.of(), "SCAN"));
    }

    @Test
    void elements() {
        String[] pairs = new String[100];
        for (int n = 0; n < 100; n += 2) {
            pairs[n] = "field " + (100 + n);
            pairs[n + 1] = "value";
        }
        shards.fold(1, hset("hash", pairs), sadd("set", pairs));
        assertEquals(100, all(client, List.of(), "HSCAN", "hash").size());
        assertEquals(20, page(client, "HSCAN", "hash", "0").items.size());
        assertEquals(
                50,
                all(client, List.of("NOVALUES", "COUNT", "7"), "HSCAN", "hash").size());
        assertEquals(
                List.of("field 110", "value"), all(client, List.of("MATCH", "*110", "COUNT", "3"), "HSCAN", "hash"));
        assertEquals(51, all(client, List.of("COUNT", "4"), "SSCAN", "set").size());
        assertEquals(List.of("value"), all(client, List.of("MATCH", "v*"), "SSCAN", "set"));
    }

    @Test
    void theKeyIsLookedAtBeforeTheOptions() {
        shards.fold(0, set("string", ""), hset("hash", "f", "v"), sadd("set", "m"));
        String wrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
        assertEquals("-ERR invalid cursor", client.text("HSCAN", "string", "x"));
        assertEquals(wrongType, client.text("HSCAN", "string", "0", "COUNT", "x"));
        assertEquals(wrongType, client.text("SSCAN", "hash", "0"));
        assertEquals("[\"0\", []]", client.text("SSCAN", "none", "0", "NONSENSE"));
        assertEquals("-ERR syntax error", client.text("SSCAN", "set", "0", "NOVALUES"));
        assertEquals("-ERR syntax error", client.text("HSCAN", "hash", "0", "TYPE", "string"));
    }

    @Test
    void optionsThatAreWrongAreRefused() {
        assertEquals("-ERR syntax error", client.text("SCAN", "0", "COUNT"));
        assertEquals("-ERR syntax error", client.text("SCAN", "0", "COUNT", "0"));
        assertEquals("-ERR syntax error", client.text("SCAN", "0", "COUNT", "-1"));
        assertEquals("-ERR value is not an integer or out of range", client.text("SCAN", "0", "COUNT", "x"));
        assertEquals("-ERR syntax error", client.text("SCAN", "0", "NOVALUES"));
        assertEquals("-ERR syntax error", client.text("SCAN", "0", "MATCH", "*", "x"));
        assertEquals("-ERR invalid cursor", client.text("SCAN", "x"));
        assertEquals("[\"0\", []]", client.text("SCAN", "0", "COUNT", "9223372036854775807"));
    }

    @Test
    void aCursorIsGoodForAnotherProcess() {
        for (int n = 100; n < 200; n++) {
            shards.fold(n % 2, set("key " + n, ""));
        }
        Page first = page(client, "SCAN", "0", "COUNT", "60");
        Page second = page(shards.connect(), "SCAN", first.next, "COUNT", "60");
        List<String> both = new ArrayList<>(first.items);
        both.addAll(second.items);
        assertEquals(100, both.stream().distinct().count());
        assertEquals("0", second.next);
    }

    @Test
    void aCursorWhosePlaceWasDeletedIsKnownHereAndNowhereElse() {
        shards.fold(0, set("a", ""), set("b", ""), set("c", ""));
        Page first = page(client, "SCAN", "0", "COUNT", "2");
        assertEquals(List.of("a", "b"), first.items);
        shards.fold(0, del("b"));
        assertEquals("[\"0\", [\"c\"]]", client.text("SCAN", first.next));
        String lost = shards.connect().text("SCAN", first.next);
        assertTrue(lost.startsWith("-ERR cursor " + first.next + " is not known any more"), lost);
    }

    @Test
    void aCursorOfAnotherShardEndsTheScanOrGoesOn() {
        shards.fold(0, set("a", ""), set("b", "")).fold(1, set("c", ""), set("d", ""));
        String cursor = page(client, "SCAN", "0", "COUNT", "3").next;
        client.call("SHARD", "0");
        assertEquals("[\"0\", []]", client.text("SCAN", cursor));
        client.call("SHARD", "1");
        assertEquals("[\"0\", [\"d\"]]", client.text("SCAN", cursor));
    }

    @Test
    void aPageEndsBeforeItIsTooLarge() {
        for (int n = 0; n < 40; n++) {
            shards.fold(0, set("key " + n, ""));
        }
        DirectCalls limited = shards.connect(new ReadLimits(48 * 20, 1_000, 100_000));
        assertTrue(page(limited, "SCAN", "0", "COUNT", "1000").items.size() < 20);
        assertEquals(40, all(limited, List.of("COUNT", "1000"), "SCAN").size());
    }

    /** A reply of a scan. */
    record Page(String next, List<String> items) {}

    static Page page(DirectCalls client, String... words) {
        Reply reply = client.call(words);
        if (!(reply instanceof Reply.Array parts)
                || !(parts.items().get(0) instanceof Reply.Bulk next)
                || !(parts.items().get(1) instanceof Reply.Array items)) {
            throw new AssertionError(DirectCalls.text(reply));
        }
        return new Page(
                text(next),
                items.items().stream().map(item -> text((Reply.Bulk) item)).toList());
    }

    /** Everything that a scan gives from its beginning to its end. */
    private static List<String> all(DirectCalls client, List<String> options, String... start) {
        List<String> found = new ArrayList<>();
        String cursor = "0";
        do {
            List<String> words = new ArrayList<>(List.of(start));
            words.add(cursor);
            words.addAll(options);
            Page page = page(client, words.toArray(String[]::new));
            found.addAll(page.items);
            cursor = page.next;
        } while (!cursor.equals("0"));
        return found;
    }

    private static String text(Reply.Bulk bulk) {
        return new String(bulk.bytes(), StandardCharsets.UTF_8);
    }
}
