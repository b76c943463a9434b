package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.sadd;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.server.resp.DirectCalls;
import org.junit.jupiter.api.Test;

/** Replies as a Redis server gives them to the same commands on the same data, but for the order of members. */
final class SetReadsTest {
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";

    private final TestShards shards =
            new TestShards(1).fold(0, sadd("set", "b", "a", "", "b"), sadd("none"), set("string", "x"));
    private final DirectCalls client = shards.connect();

    @Test
    void allMembers() {
        assertEquals("~[\"\", \"a\", \"b\"]", client.text("SMEMBERS", "set"));
        assertEquals("~[]", client.text("SMEMBERS", "none"));
        assertEquals("~[]", client.text("SMEMBERS", "missing"));
        assertEquals(WRONG_TYPE, client.text("SMEMBERS", "string"));
        assertEquals(":3", client.text("SCARD", "set"));
        assertEquals(":0", client.text("SCARD", "none"));
        assertEquals(":0", client.text("SCARD", "missing"));
        assertEquals(WRONG_TYPE, client.text("SCARD", "string"));
    }

    @Test
    void someMembers() {
        assertEquals(":1", client.text("SISMEMBER", "set", "a"));
        assertEquals(":1", client.text("SISMEMBER", "set", ""));
        assertEquals(":0", client.text("SISMEMBER", "set", "c"));
        assertEquals(":0", client.text("SISMEMBER", "missing", "a"));
        assertEquals(WRONG_TYPE, client.text("SISMEMBER", "string", "a"));
        assertEquals("[:1, :0, :1]", client.text("SMISMEMBER", "set", "b", "c", "b"));
        assertEquals("[:0]", client.text("SMISMEMBER", "missing", "a"));
        assertEquals(WRONG_TYPE, client.text("SMISMEMBER", "string", "a"));
        assertEquals("-ERR wrong number of arguments for 'SMISMEMBER' command", client.text("SMISMEMBER", "set"));
    }

    @Test
    void aSetThatIsTooLargeIsToBeScanned() {
        DirectCalls limited = shards.connect(new ReadLimits(48 * 2, 10, 1_000));
        assertEquals(
                "-TOOLARGE the reply would take more than 96 bytes of memory; use SSCAN",
                limited.text("SMEMBERS", "set"));
        assertEquals(0, shards.openViews());
    }
}
