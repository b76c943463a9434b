package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.del;
import static dev.kora.cdc.consumer.read.TestShards.expire;
import static dev.kora.cdc.consumer.read.TestShards.hset;
import static dev.kora.cdc.consumer.read.TestShards.rpush;
import static dev.kora.cdc.consumer.read.TestShards.sadd;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.server.resp.DirectCalls;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies as a Redis server gives them to the same commands on the same data. */
final class KeyReadsTest {
    private final TestShards shards = new TestShards(2);
    private final DirectCalls client = shards.connect();

    @Test
    void exists() {
        shards.fold(0, set("a", "")).fold(1, rpush("b"));
        assertEquals(":1", client.text("EXISTS", "a"));
        assertEquals(":0", client.text("EXISTS", "none"));
        assertEquals(":4", client.text("EXISTS", "a", "b", "none", "a", "b"));
    }

    @Test
    void type() {
        shards.fold(0, set("string", ""), rpush("list"), hset("hash"), sadd("set"));
        for (String type : new String[] {"string", "list", "hash", "set"}) {
            assertEquals("+" + type, client.text("TYPE", type));
        }
        assertEquals("+none", client.text("TYPE", "zset"));
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "499, 0", "500, 1", "1499, 1", "1500, 2", "86400000, 86400"})
    void timesToLiveAreRoundedToSeconds(long ms, long seconds) {
        shards.fold(0, set("a", "", ms));
        assertEquals(":" + ms, client.text("PTTL", "a"));
        assertEquals(":" + seconds, client.text("TTL", "a"));
        assertEquals(":" + (shards.nowMs() + ms), client.text("PEXPIRETIME", "a"));
        assertEquals(":" + (shards.nowMs() + ms + 500) / 1000, client.text("EXPIRETIME", "a"));
    }

    @Test
    void aKeyWithoutATimeToLiveAndAKeyThatIsNone() {
        shards.fold(0, set("a", ""));
        for (String command : new String[] {"TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"}) {
            assertEquals(":-1", client.text(command, "a"));
            assertEquals(":-2", client.text(command, "none"));
        }
    }

    @Test
    void aTimeToLiveBeyondAllNumbersIsTheLargestOne() {
        shards.fold(0, set("a", "", -1), set("b", "", Long.MAX_VALUE));
        shards.pass(1_000);
        for (String key : new String[] {"a", "b"}) {
            assertEquals(":9223372036854775807", client.text("PTTL", key));
            assertEquals(":9223372036854775807", client.text("PEXPIRETIME", key));
            assertEquals(":9223372036854776", client.text("TTL", key));
            assertEquals(":9223372036854776", client.text("EXPIRETIME", key));
        }
    }

    @Test
    void timePassesForReadersWithoutAnyEntry() {
        shards.fold(0, set("a", "x", 100), rpush("list", "x"), expire("list", 100), set("stays", ""));
        shards.pass(99);
        assertEquals(":1", client.text("PTTL", "a"));
        assertEquals("\"x\"", client.text("GET", "a"));
        assertEquals(":3", client.text("DBSIZE"));
        shards.pass(1);
        assertEquals(":-2", client.text("PTTL", "a"));
        assertEquals("nil", client.text("GET", "a"));
        assertEquals("+none", client.text("TYPE", "list"));
        assertEquals("[]", client.text("LRANGE", "list", "0", "-1"));
        assertEquals(":0", client.text("EXISTS", "a", "list"));
        assertEquals("[\"stays\"]", client.text("KEYS", "*"));
        assertEquals(":1", client.text("DBSIZE"));
        assertEquals("[\"0\", [\"stays\"]]", client.text("SCAN", "0"));
        assertEquals("\"stays\"", client.text("RANDOMKEY"));
        shards.fold(1, set("a", "renewed elsewhere"));
        assertEquals("\"renewed elsewhere\"", client.text("GET", "a"));
    }

    @Test
    void keys() {
        shards.fold(0, set("b", ""), set("a", ""), set("ab", ""), set("a*b", ""), set("", ""))
                .fold(1, rpush("ac"), set("a", ""));
        assertEquals("[\"\", \"a\", \"a*b\", \"ab\", \"b\", \"a\", \"ac\"]", client.text("KEYS", "*"));
        assertEquals("[\"a*b\", \"ab\", \"ac\"]", client.text("KEYS", "a?*"));
        assertEquals("[\"a*b\"]", client.text("KEYS", "a\\*b"));
        assertEquals("[\"a\", \"b\", \"a\"]", client.text("KEYS", "[ab]"));
        assertEquals("[\"\"]", client.text("KEYS", ""));
        assertEquals("[]", client.text("KEYS", "none"));
    }

    @Test
    void tooManyKeysAreToBeScanned() {
        shards.fold(0, set("a", ""), set("b", ""), set("c", ""));
        DirectCalls limited = shards.connect(new ReadLimits(100, 10, 1_000));
        assertEquals(
                "-TOOLARGE the reply would take more than 100 bytes of memory; use SCAN", limited.text("KEYS", "*"));
        assertEquals("[\"a\"]", limited.text("KEYS", "a"));
        assertEquals(0, shards.openViews());
    }

    @Test
    void dbsizeCountsEveryShard() {
        assertEquals(":0", client.text("DBSIZE"));
        shards.fold(0, set("a", ""), rpush("list", "x", "y", "z"), set("b", "", 5))
                .fold(1, set("a", ""), hset("h"));
        assertEquals(":5", client.text("DBSIZE"));
        shards.pass(5);
        assertEquals(":4", client.text("DBSIZE"));
        assertEquals("-ERR wrong number of arguments for 'DBSIZE' command", client.text("DBSIZE", "x"));
    }

    @Test
    void randomkeyFindsEveryKeyAndNoDeadOne() {
        assertEquals("nil", client.text("RANDOMKEY"));
        shards.fold(0, set("a", ""), set("ab", ""), set("abc", ""), set("", ""), set("dead", "", 5))
                .fold(1, rpush("other", "x"), set("\u00ff", ""));
        shards.pass(5);
        Set<String> found = new TreeSet<>();
        for (int n = 0; n < 1_000; n++) {
            found.add(client.text("RANDOMKEY"));
        }
        assertEquals(Set.of("\"a\"", "\"ab\"", "\"abc\"", "\"\"", "\"other\"", "\"\u00ff\""), found);
    }

    @Test
    void randomkeyFindsTheLastLiveKeyAmongManyDead() {
        for (int n = 0; n < 2_000; n++) {
            shards.fold(0, set("dead " + n, "", 5));
        }
        shards.fold(0, set("alive", ""));
        shards.pass(5);
        assertEquals("\"alive\"", client.text("RANDOMKEY"));
        shards.fold(1, del("nothing"));
        assertTrue(client.text("RANDOMKEY").contains("alive"));
    }
}
