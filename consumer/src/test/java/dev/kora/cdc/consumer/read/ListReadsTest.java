package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.lpush;
import static dev.kora.cdc.consumer.read.TestShards.rpush;
import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.server.resp.DirectCalls;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Replies as a Redis server gives them to the same commands on the same data. */
final class ListReadsTest {
    private static final String WRONG_TYPE = "-WRONGTYPE Operation against a key holding the wrong kind of value";
    private static final String NO_INTEGER = "-ERR value is not an integer or out of range";

    /** The list is a b c d e; its head is at a negative index. */
    private final TestShards shards = new TestShards(1)
            .fold(0, rpush("list", "c", "d", "e"), lpush("list", "b", "a"), rpush("none"), set("string", "x"));

    private final DirectCalls client = shards.connect();

    @Test
    void llen() {
        assertEquals(":5", client.text("LLEN", "list"));
        assertEquals(":0", client.text("LLEN", "missing"));
        assertEquals(":0", client.text("LLEN", "none"));
        assertEquals(WRONG_TYPE, client.text("LLEN", "string"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, a",
        "1, b",
        "4, e",
        "-1, e",
        "-5, a",
        "5,",
        "-6,",
        "9223372036854775807,",
        "-9223372036854775808,",
    })
    void lindex(String index, String item) {
        assertEquals(item == null ? "nil" : '"' + item + '"', client.text("LINDEX", "list", index));
    }

    @Test
    void lindexOfWhatIsNoListOrNoNumber() {
        assertEquals("nil", client.text("LINDEX", "missing", "0"));
        assertEquals("nil", client.text("LINDEX", "missing", "x"));
        assertEquals("nil", client.text("LINDEX", "none", "0"));
        assertEquals(WRONG_TYPE, client.text("LINDEX", "string", "x"));
        assertEquals(NO_INTEGER, client.text("LINDEX", "list", "x"));
        assertEquals(NO_INTEGER, client.text("LINDEX", "list", "1.0"));
        assertEquals(NO_INTEGER, client.text("LINDEX", "list", "9223372036854775808"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, a b c d e",
        "0, 0, a",
        "1, 3, b c d",
        "-2, -1, d e",
        "-100, 100, a b c d e",
        "-100, 1, a b",
        "3, 1, ''",
        "5, 9, ''",
        "-1, -2, ''",
        "-200, -100, ''",
        "4, 9223372036854775807, e",
        "-9223372036854775808, 9223372036854775807, a b c d e",
        "-9223372036854775808, -9223372036854775808, ''",
        "9223372036854775807, -1, ''",
    })
    void lrange(String start, String stop, String items) {
        String expected = items.isEmpty() ? "[]" : "[\"" + String.join("\", \"", items.split(" ", -1)) + "\"]";
        assertEquals(expected, client.text("LRANGE", "list", start, stop));
    }

    @Test
    void lrangeOfWhatIsNoListOrNoNumber() {
        assertEquals("[]", client.text("LRANGE", "missing", "0", "-1"));
        assertEquals("[]", client.text("LRANGE", "none", "0", "-1"));
        assertEquals(WRONG_TYPE, client.text("LRANGE", "string", "0", "-1"));
        assertEquals(NO_INTEGER, client.text("LRANGE", "missing", "x", "-1"));
        assertEquals(NO_INTEGER, client.text("LRANGE", "string", "0", ""));
        assertEquals("-ERR wrong number of arguments for 'LRANGE' command", client.text("LRANGE", "list", "0"));
    }

    @Test
    void aRangeThatIsTooLargeIsRefusedBeforeItIsRead() {
        shards.fold(0, rpush("long", Collections.nCopies(1_000, "x").toArray(String[]::new)));
        DirectCalls limited = shards.connect(new ReadLimits(48 * 100, 10, 1_000));
        assertEquals(
                "-TOOLARGE the reply would take more than 4800 bytes of memory; ask for a narrower range",
                limited.text("LRANGE", "long", "0", "-1"));
        assertEquals("[\"x\", \"x\"]", limited.text("LRANGE", "long", "-2", "-1"));
        assertEquals(0, shards.openViews());
    }
}
