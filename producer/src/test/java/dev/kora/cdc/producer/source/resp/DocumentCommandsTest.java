package dev.kora.cdc.producer.source.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DOC.SET, DOC.DEL. */
class DocumentCommandsTest {
    private static final Bytes BOOKS = Bytes.utf8("books");
    private static final Bytes B1 = Bytes.utf8("b1");

    private final GatewayRig rig = new GatewayRig();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " {\"a\" : 1 , \"b\":[1.5e300,-0,null,true,{\"\":{\"a.b\":1}}]}\n",
                "{\"a\":{\"b\":{}},\"a\":\"\\ud83d\\ude00 😀 \\u0000\"}",
                "{\"n\":123456789012345678901234567890}",
            })
    void setsADocumentByteForByte(String json) {
        assertEquals(
                List.of(new WalRecord.DocSet(BOOKS, B1, Bytes.utf8(json))),
                rig.records(Reply.OK, "DOC.SET", "books", "b1", json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | it is no JSON object",
                "[] | it is no JSON object",
                "1 | it is no JSON object",
                "\"{}\" | it is no JSON object",
                "{ | it is no JSON: Unexpected end-of-input",
                "{\"a\" | it is no JSON: Unexpected end-of-input",
                "{'a':1} | it is no JSON: Unexpected character",
                "{\"a\":NaN} | it is no JSON: Non-standard token 'NaN'",
                "{\"a\":01} | it is no JSON: Invalid numeric value",
                "{\"a\":1,} | it is no JSON: Unexpected character",
                "{\"a\":tru} | it is no JSON: Unrecognized token 'tru'",
                "{\"a\":\"\\x\"} | it is no JSON: Unrecognized character escape",
                "{} {} | something follows the object",
                "{}x | it is no JSON: Unrecognized token 'x'",
                "{\"a\":1e999} | it holds a number beyond a double",
                "{\"a\":\"\\ud800\"} | it holds half of a surrogate pair",
                "{\"\\udc00\":1} | it holds half of a surrogate pair",
                "{\"\":1} | a field's name outside of arrays must not be empty or hold a dot",
                "{\"a\":{\"b.c\":1}} | a field's name outside of arrays must not be empty or hold a dot",
                "{\"a\":[[{}],1],\"b.c\":1} | a field's name outside of arrays must not be empty or hold a dot",
            })
    void refusesWhatTheFoldWouldReject(String json, String why) {
        String error = rig.error("DOC.SET", "books", "b1", json);
        assertTrue(error.startsWith("ERR the document is refused: " + why), error);
    }

    @Test
    void refusesNumbersOfManyDigitsThatNoDoubleHolds() {
        assertEquals(
                "ERR the document is refused: it holds a number beyond a double",
                rig.error("DOC.SET", "books", "b1", "{\"a\":1" + "0".repeat(309) + "}"));
    }

    @Test
    void takesTheDeepestNestingTheFoldTakes() {
        assertEquals(
                1,
                rig.records(Reply.OK, "DOC.SET", "c", "d", nested(Limits.JSON_DEPTH))
                        .size());
        assertEquals(
                "ERR the document is refused: it is nested deeper than 127",
                rig.error("DOC.SET", "c", "d", nested(Limits.JSON_DEPTH + 1)));
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    @Test
    void refusesWhatIsNotUtf8() {
        byte[] broken = {(byte) 0xc3};
        byte[] command = "DOC.SET".getBytes(StandardCharsets.US_ASCII);
        byte[] fine = "{}".getBytes(StandardCharsets.US_ASCII);
        byte[] brokenJson = "{\"a\":\"?\"}".replace('?', 'ÿ').getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "ERR the collection is not valid UTF-8", rig.error(Request.of(List.of(command, broken, fine, fine))));
        assertEquals(
                "ERR the document id is not valid UTF-8", rig.error(Request.of(List.of(command, fine, broken, fine))));
        assertEquals(
                "ERR the document is not valid UTF-8", rig.error(Request.of(List.of(command, fine, fine, brokenJson))));
    }

    @Test
    void deletesADocument() {
        assertEquals(List.of(new WalRecord.DocDel(BOOKS, B1)), rig.records(Reply.integer(1), "DOC.DEL", "books", "b1"));
        assertEquals("ERR wrong number of arguments", rig.error("DOC.DEL", "books"));
        assertEquals("ERR wrong number of arguments", rig.error("DOC.SET", "books", "b1"));
    }
}
