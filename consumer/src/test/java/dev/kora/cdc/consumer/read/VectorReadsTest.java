package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.DirectCalls;
import dev.kora.cdc.server.resp.Reply;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Vectors of Kora's own fixtures, with the ids that its code gives them. */
final class VectorReadsTest {
    private static final byte[] FIRST = HexFormat.of().parseHex("0000003f0000008000005040");
    private static final byte[] SECOND = HexFormat.of().parseHex("00001041000000410000e040");

    private final TestShards shards =
            new TestShards(2).fold(0, add("vec", 3, SECOND), add("vec", 3, FIRST), add("vec", 3, FIRST));
    private final DirectCalls client = shards.connect();

    @Test
    void anIndexIsItsIdsAndItsBytes() {
        assertEquals(
                Reply.array(List.of(
                        Reply.integer(8620892732652987454L),
                        Reply.bulk(SECOND),
                        Reply.integer(-7135854077691461999L),
                        Reply.bulk(FIRST))),
                client.call("VEC.GET", "vec"));
        assertEquals("[]", client.text("VEC.GET", "none"));
    }

    @Test
    void dimensionsAreUnsigned() {
        shards.fold(0, add("empty", 0, new byte[0]));
        assertEquals(":3", client.text("VEC.DIM", "vec"));
        assertEquals(":0", client.text("VEC.DIM", "empty"));
        assertEquals("[:-3315872660926475476, \"\"]", client.text("VEC.GET", "empty"));
        assertEquals("nil", client.text("VEC.DIM", "none"));
    }

    @Test
    void indexesHaveNamesOfTheirOwn() {
        shards.fold(1, set("vec", "a string"), set("string", ""), add("other", 1, new byte[4]));
        assertEquals("[\"vec\", \"other\"]", client.text("VEC.KEYS"));
        assertEquals("\"a string\"", client.text("GET", "vec"));
        assertEquals(":3", client.text("VEC.DIM", "vec"));
        assertEquals("nil", client.text("VEC.DIM", "string"));
        assertEquals(":2", client.text("DBSIZE"));
        shards.fold(0, new WalRecord.FlushDb()).fold(1, new WalRecord.FlushDb());
        assertEquals(":3", client.text("VEC.DIM", "vec"));
        shards.fold(0, new WalRecord.VecDel(Bytes.utf8("vec")));
        assertEquals("[\"other\"]", client.text("VEC.KEYS"));
    }

    @Test
    void anIndexThatIsTooLargeIsRefused() {
        DirectCalls limited = shards.connect(new ReadLimits(100, 10, 1_000));
        assertEquals(
                "-TOOLARGE the reply would take more than 100 bytes of memory; read the index from the snapshot topic",
                limited.text("VEC.GET", "vec"));
        assertEquals(0, shards.openViews());
    }

    private static WalRecord add(String key, int dimensions, byte[] floats) {
        return new WalRecord.VecSet(Bytes.utf8(key), dimensions, Bytes.of(floats));
    }
}
