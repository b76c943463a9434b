package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.rpush;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.DirectCalls;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replies as a Redis server gives them to the same commands on the same data. */
final class StringReadsTest {
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";

    private final TestShards shards = new TestShards(1)
            .fold(0, set("a", "one"), set("empty", ""), set("", "of the empty key"), rpush("list", "x"));
    private final DirectCalls client = shards.connect();

    @AfterEach
    void everyViewIsClosed() {
        assertEquals(0, shards.openViews());
    }

    @Test
    void get() {
        assertEquals("\"one\"", client.text("GET", "a"));
        assertEquals("\"one\"", client.text("get", "a"));
        assertEquals("\"\"", client.text("GET", "empty"));
        assertEquals("\"of the empty key\"", client.text("GET", ""));
        assertEquals("nil", client.text("GET", "none"));
        assertEquals(WRONG_TYPE, client.text("GET", "list"));
        assertEquals("-ERR wrong number of arguments for 'GET' command", client.text("GET"));
        assertEquals("-ERR wrong number of arguments for 'GET' command", client.text("GET", "a", "b"));
    }

    @Test
    void getOfAnyBytes() {
        byte[] key = {0, (byte) 0xff, '\r', '\n'};
        byte[] value = new byte[256];
        for (int n = 0; n < value.length; n++) {
            value[n] = (byte) n;
        }
        shards.fold(0, new WalRecord.Set(Bytes.of(key), Bytes.of(value), null));
        Request request = Request.of(List.of("GET".getBytes(StandardCharsets.US_ASCII), key));
        assertEquals(Reply.bulk(value), client.call(request));
    }

    @Test
    void mget() {
        assertEquals("[\"one\", nil, nil, \"\", \"one\"]", client.text("MGET", "a", "none", "list", "empty", "a"));
        assertEquals("-ERR wrong number of arguments for 'MGET' command", client.text("MGET"));
    }

    @Test
    void strlen() {
        assertEquals(":3", client.text("STRLEN", "a"));
        assertEquals(":0", client.text("STRLEN", "empty"));
        assertEquals(":0", client.text("STRLEN", "none"));
        assertEquals(WRONG_TYPE, client.text("STRLEN", "list"));
    }

    @Test
    void aReplyThatIsTooLargeNamesAnotherWay() {
        DirectCalls limited = shards.connect(new ReadLimits(150, 10, 1_000));
        assertEquals("[\"one\", nil]", limited.text("MGET", "a", "none"));
        assertEquals(
                "-TOOLARGE the reply would take more than 150 bytes of memory; ask for fewer keys at once",
                limited.text("MGET", "a", "a", "a"));
    }
}
