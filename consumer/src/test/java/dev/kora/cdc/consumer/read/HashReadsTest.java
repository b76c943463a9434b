package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.hset;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.server.resp.DirectCalls;
import org.junit.jupiter.api.Test;

/** Replies as a Redis server gives them to the same commands on the same data, but for the order of fields. */
final class HashReadsTest {
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";

    private final TestShards shards = new TestShards(1)
            .fold(0, hset("hash", "b", "2", "a", "1", "", "empty", "a", "one"), hset("none"), set("string", "x"));
    private final DirectCalls client = shards.connect();

    @Test
    void oneField() {
        assertEquals("\"one\"", client.text("HGET", "hash", "a"));
        assertEquals("\"empty\"", client.text("HGET", "hash", ""));
        assertEquals("nil", client.text("HGET", "hash", "c"));
        assertEquals("nil", client.text("HGET", "missing", "a"));
        assertEquals(WRONG_TYPE, client.text("HGET", "string", "a"));
        assertEquals(":1", client.text("HEXISTS", "hash", "a"));
        assertEquals(":0", client.text("HEXISTS", "hash", "c"));
        assertEquals(":0", client.text("HEXISTS", "missing", "a"));
        assertEquals(WRONG_TYPE, client.text("HEXISTS", "string", "a"));
    }

    @Test
    void someFields() {
        assertEquals("[\"2\", nil, \"one\", \"2\"]", client.text("HMGET", "hash", "b", "c", "a", "b"));
        assertEquals("[nil, nil]", client.text("HMGET", "missing", "a", "b"));
        assertEquals(WRONG_TYPE, client.text("HMGET", "string", "a"));
        assertEquals("-ERR wrong number of arguments for 'HMGET' command", client.text("HMGET", "hash"));
    }

    @Test
    void allFields() {
        assertEquals("%[\"\", \"empty\", \"a\", \"one\", \"b\", \"2\"]", client.text("HGETALL", "hash"));
        assertEquals("[\"\", \"a\", \"b\"]", client.text("HKEYS", "hash"));
        assertEquals("[\"empty\", \"one\", \"2\"]", client.text("HVALS", "hash"));
        assertEquals(":3", client.text("HLEN", "hash"));
    }

    @Test
    void noFields() {
        for (String key : new String[] {"none", "missing"}) {
            assertEquals("%[]", client.text("HGETALL", key));
            assertEquals("[]", client.text("HKEYS", key));
            assertEquals("[]", client.text("HVALS", key));
            assertEquals(":0", client.text("HLEN", key));
        }
    }

    @Test
    void fieldsOfNoHash() {
        for (String command : new String[] {"HGETALL", "HKEYS", "HVALS", "HLEN"}) {
            assertEquals(WRONG_TYPE, client.text(command, "string"));
        }
    }

    @Test
    void aHashThatIsTooLargeIsToBeScanned() {
        DirectCalls limited = shards.connect(new ReadLimits(48 * 4, 10, 1_000));
        String tooLarge = "-TOOLARGE the reply would take more than 192 bytes of memory; use HSCAN";
        assertEquals(tooLarge, limited.text("HGETALL", "hash"));
        assertEquals("[\"\", \"a\", \"b\"]", limited.text("HKEYS", "hash"));
        assertEquals(0, shards.openViews());
    }
}
