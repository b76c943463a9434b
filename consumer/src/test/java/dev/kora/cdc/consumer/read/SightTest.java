package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.docSet;
import static dev.kora.cdc.consumer.read.TestShards.rpush;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.resp.DirectCalls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which shards a command sees, and what it says where it cannot see them all. */
final class SightTest {
    private static final String SPLIT = "-SHARDSPLIT shards not served here: %s; ask the process that serves them, or"
            + " restrict this connection with SHARD n";

    private final TestShards shards = new TestShards(3);
    private final DirectCalls client = shards.connect();

    @AfterEach
    void everyViewIsClosed() {
        assertEquals(0, shards.openViews());
    }

    @Test
    void aKeyInTwoShardsIsTheOneChangedLast() {
        shards.fold(0, set("k", "of 0")).fold(2, set("k", "of 2"));
        assertEquals("\"of 0\"", client.text("GET", "k"), "changed in the same millisecond");
        shards.pass(1);
        shards.fold(2, set("k", "of 2, later"));
        assertEquals("\"of 2, later\"", client.text("GET", "k"));
        shards.pass(1);
        shards.fold(1, rpush("k", "x"));
        assertEquals("+list", client.text("TYPE", "k"));
        assertTrue(client.text("GET", "k").startsWith("-WRONGTYPE"));
        assertEquals(":3", client.text("DBSIZE"));
    }

    @Test
    void aShardThatCannotBeReadSaysWhy() {
        shards.access(1, new ShardAccess.Served(() -> {
            throw new CdcException.Corrupt("row key 6b of store/kora/shard-1 is cut short");
        }));
        assertEquals("-HALTED row key 6b of store/kora/shard-1 is cut short", client.text("GET", "k"));
        shards.access(1, new ShardAccess.Served(() -> {
            throw new CdcException.Fenced("the store is closed", null);
        }));
        assertEquals("-UNAVAILABLE the store is closed: try again", client.text("GET", "k"));
    }

    @Test
    void aDeadKeyDoesNotHideALiveOne() {
        shards.fold(0, set("k", "lives"));
        shards.pass(1);
        shards.fold(1, set("k", "dies", 5));
        assertEquals("\"dies\"", client.text("GET", "k"));
        shards.pass(5);
        assertEquals("\"lives\"", client.text("GET", "k"));
    }

    @Test
    void aConnectionCanBeRestrictedToOneShard() {
        shards.fold(0, set("a", "0")).fold(1, set("a", "1"), set("b", "1"));
        assertEquals("\"ALL\"", client.text("SHARD"));
        assertEquals("+OK", client.text("SHARD", "1"));
        assertEquals("\"1\"", client.text("SHARD"));
        assertEquals("\"1\"", client.text("GET", "a"));
        assertEquals(":2", client.text("DBSIZE"));
        assertEquals("+OK", client.text("shard", "0"));
        assertEquals("nil", client.text("GET", "b"));
        assertEquals("[\"a\"]", client.text("KEYS", "*"));
        assertEquals("nil", shards.connect().text("GET", "none"), "other connections see all shards");
        assertEquals("+OK", client.text("SHARD", "all"));
        assertEquals(":3", client.text("DBSIZE"));
    }

    @Test
    void aShardThatIsNoneIsRefused() {
        String none = "-ERR no such shard: there are shards 0 to 2";
        assertEquals(none, client.text("SHARD", "3"));
        assertEquals(none, client.text("SHARD", "-1"));
        assertEquals(none, client.text("SHARD", "9223372036854775807"));
        assertEquals("-ERR value is not an integer or out of range", client.text("SHARD", "x"));
        assertEquals("-ERR syntax error", client.text("SHARD", "1", "2"));
        assertEquals("\"ALL\"", client.text("SHARD"));
    }

    @Test
    void aMissIsAnErrorWhileShardsAreElsewhere() {
        shards.fold(0, set("a", "here"), docSet("c", "d", "{}"));
        shards.access(1, new ShardAccess.Elsewhere());
        shards.access(2, new ShardAccess.Elsewhere());
        String split = SPLIT.formatted("1,2");
        assertEquals("\"here\"", client.text("GET", "a"));
        assertEquals(":1", client.text("EXISTS", "a"));
        assertEquals("[\"here\", \"here\"]", client.text("MGET", "a", "a"));
        assertEquals("\"{}\"", client.text("DOC.GET", "c", "d"));
        for (String[] miss : new String[][] {
            {"GET", "b"},
            {"STRLEN", "b"},
            {"TYPE", "b"},
            {"TTL", "b"},
            {"PEXPIRETIME", "b"},
            {"EXISTS", "a", "b"},
            {"MGET", "a", "b"},
            {"LLEN", "b"},
            {"LRANGE", "b", "0", "-1"},
            {"LINDEX", "b", "0"},
            {"HGET", "b", "f"},
            {"HMGET", "b", "f"},
            {"HGETALL", "b"},
            {"SCARD", "b"},
            {"SISMEMBER", "b", "m"},
            {"HSCAN", "b", "0"},
            {"SSCAN", "b", "0"},
            {"DOC.GET", "c", "e"},
            {"VEC.DIM", "v"},
            {"VEC.GET", "v"},
            {"KEYS", "*"},
            {"SCAN", "0"},
            {"DBSIZE"},
            {"RANDOMKEY"},
            {"DOC.KEYS", "c"},
            {"DOC.COLLECTIONS"},
            {"VEC.KEYS"},
        }) {
            assertEquals(split, client.text(miss), () -> String.join(" ", miss));
        }
        client.call("SHARD", "0");
        assertEquals("nil", client.text("GET", "b"));
        assertEquals(":1", client.text("DBSIZE"));
        client.call("SHARD", "2");
        assertEquals(SPLIT.formatted("2"), client.text("GET", "a"));
    }

    @Test
    void theGravestReasonIsTold() {
        shards.access(0, new ShardAccess.Elsewhere());
        assertEquals(SPLIT.formatted("0"), client.text("GET", "a"));
        shards.access(1, new ShardAccess.Starting("reading the snapshot topic"));
        assertEquals("-UNAVAILABLE shard 1 is not readable yet: reading the snapshot topic", client.text("GET", "a"));
        shards.access(2, new ShardAccess.Halted("offset 7 cannot be read"));
        assertEquals("-HALTED shard 2: offset 7 cannot be read", client.text("GET", "a"));
        shards.access(0, new ShardAccess.Halted("too"));
        assertEquals("-HALTED shard 0: too; shard 2: offset 7 cannot be read", client.text("DBSIZE"));
    }

    @Test
    void aShardGivenUpAMomentAgoIsNotReadableYet() {
        shards.fold(0, set("a", "here"));
        shards.access(1, new ShardAccess.Served(() -> {
            throw new CdcException.Unavailable("the shard was given up", null);
        }));
        assertEquals("\"here\"", client.text("GET", "a"));
        assertEquals("-UNAVAILABLE shard 1 is not readable yet: the shard was given up", client.text("GET", "b"));
    }
}
