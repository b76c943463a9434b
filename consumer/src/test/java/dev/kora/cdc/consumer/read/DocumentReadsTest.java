package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.docSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.DirectCalls;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DocumentReadsTest {
    private final TestShards shards = new TestShards(2)
            .fold(
                    0,
                    docSet("users", "u1", "{ \"name\": \"žofie\", \"age\": 7 }"),
                    docSet("users", "", "{}"),
                    docSet("refused", "x", "[]"))
            .fold(1, docSet("users", "u2", "{}"), docSet("", "u1", "{\"of\":\"the empty collection\"}"));
    private final DirectCalls client = shards.connect();

    @Test
    void aDocumentIsItsNormalisedText() {
        assertEquals("\"{\"age\":7,\"name\":\"žofie\"}\"", client.text("DOC.GET", "users", "u1"));
        assertEquals("\"{}\"", client.text("doc.get", "users", "u2"));
        assertEquals("\"{}\"", client.text("DOC.GET", "users", ""));
        assertEquals("\"{\"of\":\"the empty collection\"}\"", client.text("DOC.GET", "", "u1"));
        assertEquals("nil", client.text("DOC.GET", "users", "u3"));
        assertEquals("nil", client.text("DOC.GET", "nobody", "u1"));
        assertEquals("-ERR wrong number of arguments for 'DOC.GET' command", client.text("DOC.GET", "users"));
    }

    @Test
    void aCollectionHasIdsInEveryShard() {
        assertEquals("[\"\", \"u1\", \"u2\"]", client.text("DOC.KEYS", "users"));
        assertEquals("[]", client.text("DOC.KEYS", "refused"));
        assertEquals("[]", client.text("DOC.KEYS", "nobody"));
        assertEquals("[\"u1\"]", client.text("DOC.KEYS", ""));
    }

    @Test
    void collectionsAreThereWithoutDocumentsAndOnce() {
        assertEquals("[\"refused\", \"users\", \"\"]", client.text("DOC.COLLECTIONS"));
    }

    @Test
    void aDocumentInTwoShardsIsTheNewerOne() {
        shards.pass(10);
        shards.fold(1, docSet("users", "u1", "{\"newer\":true}"));
        assertEquals("\"{\"newer\":true}\"", client.text("DOC.GET", "users", "u1"));
        client.call("SHARD", "0");
        assertEquals("\"{\"age\":7,\"name\":\"žofie\"}\"", client.text("DOC.GET", "users", "u1"));
    }

    @Test
    void namesThatAreNotTextAreTakenForTheTextThatTheFoldTakesThemFor() {
        byte[] name = {'n', (byte) 0xff};
        shards.fold(0, new WalRecord.DocSet(Bytes.of(name), Bytes.of(name), Bytes.utf8("{\"a\":1}")));
        assertEquals(Reply.bulk("{\"a\":1}"), client.call(Request.of(List.of(bytes("DOC.GET"), name, name))));
        assertEquals(
                Reply.array(List.of(Reply.bulk("n\uFFFD"))), client.call(Request.of(List.of(bytes("DOC.KEYS"), name))));
        assertEquals("\"{\"a\":1}\"", client.text("DOC.GET", "n\uFFFD", "n\uFFFD"));
    }

    @Test
    void tooMuchIsToBeReadShardByShard() {
        DirectCalls limited = shards.connect(new ReadLimits(100, 10, 1_000));
        String tooLarge = "-TOOLARGE the reply would take more than 100 bytes of memory;"
                + " restrict the connection to one shard after the other with SHARD n";
        assertEquals(tooLarge, limited.text("DOC.KEYS", "users"));
        assertEquals(tooLarge, limited.text("DOC.COLLECTIONS"));
        assertEquals("+OK", limited.text("SHARD", "1"));
        assertEquals("[\"u2\"]", limited.text("DOC.KEYS", "users"));
        assertEquals(0, shards.openViews());
    }

    private static byte[] bytes(String word) {
        return Bytes.utf8(word).array();
    }
}
