package dev.kora.cdc.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonLinesTest {
    private static final long NOW = 1_750_000_000_000L;
    private static final Bytes KEY = Bytes.utf8("k");
    private static final Bytes NO_TEXT = Bytes.of(new byte[] {(byte) 0xff, 0});

    private static String written(WalEntry.Content content) {
        String text = JsonLines.text(2, 41, new WalEntry(1, 38, NOW, content));
        String place = "{\"shard\":2,\"offset\":41,\"epoch\":1,\"sequence\":38,\"time\":1750000000000,";
        assertTrue(text.startsWith(place), text);
        return "{" + text.substring(place.length());
    }

    private static WalEntry.Content read(String line) {
        return JsonLines.parse(line).content(NOW);
    }

    @Test
    void printsKeysOfEveryKind() {
        assertEquals(
                "{\"op\":\"SET\",\"key\":\"k\",\"value\":\"1\"}",
                written(new WalRecord.Set(KEY, Bytes.utf8("1"), null)));
        assertEquals(
                "{\"op\":\"SET\",\"key\":\"k\",\"value\":\"\",\"expires_at\":1750000000500}",
                written(new WalRecord.Set(KEY, Bytes.EMPTY, 500L)));
        assertEquals("{\"op\":\"DEL\",\"key\":\"k\"}", written(new WalRecord.Del(KEY)));
        assertEquals(
                "{\"op\":\"EXPIRE\",\"key\":\"k\",\"expires_at\":9223372036854775807}",
                written(new WalRecord.Expire(KEY, -1)));
        assertEquals(
                "{\"op\":\"LPUSH\",\"key\":\"k\",\"values\":[\"k\",{\"base64\":\"/wA=\"}]}",
                written(new WalRecord.LPush(KEY, List.of(KEY, NO_TEXT))));
        assertEquals("{\"op\":\"RPUSH\",\"key\":\"k\",\"values\":[]}", written(new WalRecord.RPush(KEY, List.of())));
        assertEquals(
                "{\"op\":\"HSET\",\"key\":\"k\",\"fields\":[[\"k\",\"k\"],[\"k\",{\"base64\":\"/wA=\"}]]}",
                written(new WalRecord.HSet(
                        KEY, List.of(new WalRecord.Field(KEY, KEY), new WalRecord.Field(KEY, NO_TEXT)))));
        assertEquals(
                "{\"op\":\"SADD\",\"key\":\"k\",\"members\":[\"k\"]}", written(new WalRecord.SAdd(KEY, List.of(KEY))));
        assertEquals("{\"op\":\"FLUSHDB\"}", written(new WalRecord.FlushDb()));
    }

    @Test
    void printsDocumentsAndVectors() {
        assertEquals(
                "{\"op\":\"DOC_SET\",\"collection\":\"c\",\"doc_id\":\"k\",\"json\":\"{\\\"a\\\": 1}\"}",
                written(new WalRecord.DocSet(Bytes.utf8("c"), KEY, Bytes.utf8("{\"a\": 1}"))));
        assertEquals(
                "{\"op\":\"DOC_DEL\",\"collection\":\"c\",\"doc_id\":{\"base64\":\"/wA=\"}}",
                written(new WalRecord.DocDel(Bytes.utf8("c"), NO_TEXT)));
        assertEquals(
                "{\"op\":\"VEC_SET\",\"key\":\"k\",\"dimensions\":3,\"vector\":[0.1,-0.0,1.0E10]}",
                written(new WalRecord.VecSet(KEY, 3, floats(0.1f, -0.0f, 1e10f))));
        assertEquals(
                "{\"op\":\"VEC_SET\",\"key\":\"k\",\"dimensions\":4294967295,\"vector\":{\"base64\":\"AADAfw==\"}}",
                written(new WalRecord.VecSet(KEY, -1, floats(Float.NaN))));
        assertEquals(
                "{\"op\":\"VEC_SET\",\"key\":\"k\",\"dimensions\":1,\"vector\":{\"base64\":\"/wA=\"}}",
                written(new WalRecord.VecSet(KEY, 1, NO_TEXT)));
        assertEquals("{\"op\":\"VEC_DEL\",\"key\":\"k\"}", written(new WalRecord.VecDel(KEY)));
    }

    @Test
    void printsControlOps() {
        assertEquals("{\"op\":\"TRUNCATE\"}", written(Control.TRUNCATE));
        assertEquals("{\"op\":\"HEARTBEAT\"}", written(Control.HEARTBEAT));
        assertEquals("{\"op\":\"WRITER_OPENED\"}", written(Control.WRITER_OPENED));
    }

    @Test
    void keepsALineOnItsLine() {
        Bytes awkward = Bytes.utf8("a\nb\r\u0000\u001b[2J\"\\ \u2028 žluť 😀");
        String text = written(new WalRecord.Set(awkward, awkward, null));
        assertTrue(text.chars().noneMatch(c -> c < ' '), text);
        assertEquals(new WalRecord.Set(awkward, awkward, null), read(text));
    }

    @Test
    void takesBytesEitherWay() {
        assertEquals(new WalRecord.Del(KEY), read("{\"op\":\"DEL\",\"key\":{\"base64\":\"aw==\"}}"));
        assertEquals(new WalRecord.Del(Bytes.utf8("é😀")), read("{\"op\":\"DEL\",\"key\":\"\\u00e9\\ud83d\\ude00\"}"));
        assertEquals(new WalRecord.Del(Bytes.EMPTY), read("{\"op\":\"DEL\",\"key\":\"\"}"));
    }

    @Test
    void takesALineThatSaysNoMoreThanItMust() {
        JsonLine line = JsonLines.parse(" { \"value\" : \"1\", \"ttl_ms\": null, \"key\":\"k\", \"op\":\"SET\" } \r\n");
        assertEquals(new WalRecord.Set(KEY, Bytes.utf8("1"), null), line.content(NOW));
        assertEquals(OptionalInt.empty(), line.shard());
        assertEquals(OptionalLong.empty(), line.offset());
        assertEquals(OptionalLong.empty(), line.epoch());
        assertEquals(OptionalLong.empty(), line.sequence());
        assertEquals(OptionalLong.empty(), line.timeMs());
    }

    @Test
    void takesTimesRelativeAndAbsolute() {
        assertEquals(new WalRecord.Expire(KEY, 5), read("{\"op\":\"EXPIRE\",\"key\":\"k\",\"ttl_ms\":5}"));
        assertEquals(
                new WalRecord.Expire(KEY, -1),
                read("{\"op\":\"EXPIRE\",\"key\":\"k\",\"ttl_ms\":18446744073709551615}"));
        String absolute = "{\"op\":\"SET\",\"key\":\"k\",\"value\":\"k\",\"expires_at\":1750000000500}";
        assertEquals(new WalRecord.Set(KEY, KEY, 500L), read(absolute));
        assertEquals(new WalRecord.Set(KEY, KEY, 0L), JsonLines.parse(absolute).content(NOW + 501));
        assertEquals(
                new WalRecord.Expire(KEY, -1),
                read("{\"op\":\"EXPIRE\",\"key\":\"k\",\"expires_at\":9223372036854775807}"));
    }

    @Test
    void takesVectors() {
        assertEquals(
                new WalRecord.VecSet(KEY, 2, floats(1f, 0.3f)),
                read("{\"op\":\"VEC_SET\",\"key\":\"k\",\"vector\":[1,3e-1]}"));
        assertEquals(
                new WalRecord.VecSet(KEY, 1, floats(1f)),
                read("{\"op\":\"VEC_SET\",\"key\":\"k\",\"vector\":{\"base64\":\"AACAPw==\"}}"));
        // Halfway between two floats but for its last digit; by way of a double it would be rounded to the other one.
        assertEquals(
                new WalRecord.VecSet(KEY, 1, floats(1.0000001f)),
                read("{\"op\":\"VEC_SET\",\"key\":\"k\",\"vector\":[1.00000005960464477540]}"));
        // A log may hold a vector that the fold will reject.
        assertEquals(
                new WalRecord.VecSet(KEY, 3, floats(1f)),
                read("{\"op\":\"VEC_SET\",\"key\":\"k\",\"dimensions\":3,\"vector\":[1]}"));
    }

    @Test
    void refusesALineThatIsNotUtf8() {
        byte[] line = "{\"op\":\"DEL\",\"key\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(
                "the line is not valid UTF-8: give such bytes as {\"base64\":\"…\"}",
                assertThrows(CdcException.Invalid.class, () -> JsonLines.parse(line))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | the line is no JSON object",
                "'' | the line is no JSON object",
                "{\"op\":\"FLUSHDB\"} {} | something follows the JSON object on its line",
                "{\"op\":\"FLUSHDB\" | the line is no JSON object: Unexpected end-of-input",
                "{} | the field 'op' is missing",
                "{\"op\":\"set\"} | the field 'op' is 'set', which is none of [SET, DEL,",
                "{\"op\":1} | the field 'op' must be a string, where there is 1",
                "{\"op\":\"DEL\"} | DEL lacks the field 'key'",
                "{\"op\":\"DEL\",\"key\":null} | DEL lacks the field 'key'",
                "{\"op\":\"DEL\",\"key\":\"a\",\"key\":\"b\"} | the line is no JSON object: Duplicate field 'key'",
                "{\"op\":\"DEL\",\"key\":\"a\",\"keys\":\"b\"} | unknown field 'keys': the fields are collection,",
                "{\"op\":\"DEL\",\"key\":\"a\",\"value\":\"b\"} | DEL has the field 'value', which it never carries",
                "{\"op\":\"DEL\",\"key\":\"a\",\"ttl_ms\":1} | DEL has the field 'ttl_ms', which it never carries",
                "{\"op\":\"DEL\",\"key\":1} | the field 'key' must be a string or {\"base64\":\"…\"}, where there is 1",
                "{\"op\":\"DEL\",\"key\":{}} | the field 'key' must be a string or {\"base64\":\"…\"} and nothing else",
                "{\"op\":\"DEL\",\"key\":{\"base64\":\"\",\"x\":1}} | the field 'key' must be a string or {\"base64\":\"…\"} and nothing else",
                "{\"op\":\"DEL\",\"key\":{\"base64\":\"_w\"}} | the field 'key' holds no base64",
                "{\"op\":\"DEL\",\"key\":\"\\ud800\"} | the field 'key' is no text, since half of a surrogate pair",
                "{\"op\":\"LPUSH\",\"key\":\"a\",\"values\":\"b\"} | the field 'values' must be an array of strings",
                "{\"op\":\"LPUSH\",\"key\":\"a\",\"values\":[1]} | the field 'values' must be a string or",
                "{\"op\":\"HSET\",\"key\":\"a\",\"fields\":{\"f\":\"v\"}} | the field 'fields' must be an array of [field, value]",
                "{\"op\":\"HSET\",\"key\":\"a\",\"fields\":[[\"f\"]]} | the field 'fields' must be a string or",
                "{\"op\":\"HSET\",\"key\":\"a\",\"fields\":[[\"f\",\"v\",\"w\"]]} | the field 'fields' must be an array of [field, value]",
                "{\"op\":\"EXPIRE\",\"key\":\"a\"} | EXPIRE lacks the field 'ttl_ms' or 'expires_at'",
                "{\"op\":\"EXPIRE\",\"key\":\"a\",\"ttl_ms\":1,\"expires_at\":2} | EXPIRE has both fields 'ttl_ms' and 'expires_at'",
                "{\"op\":\"EXPIRE\",\"key\":\"a\",\"ttl_ms\":-1} | the field 'ttl_ms' must be a whole number from 0 to 18446744073709551615",
                "{\"op\":\"EXPIRE\",\"key\":\"a\",\"ttl_ms\":18446744073709551616} | the field 'ttl_ms' must be a whole number",
                "{\"op\":\"EXPIRE\",\"key\":\"a\",\"ttl_ms\":1.0} | the field 'ttl_ms' must be a whole number",
                "{\"op\":\"EXPIRE\",\"key\":\"a\",\"ttl_ms\":\"1\"} | the field 'ttl_ms' must be a whole number",
                "{\"op\":\"EXPIRE\",\"key\":\"a\",\"expires_at\":9223372036854775808} | the field 'expires_at' must be a whole number from 0 to 9223372036854775807",
                "{\"op\":\"FLUSHDB\",\"shard\":2147483648} | the field 'shard' must be a whole number from 0 to 2147483647",
                "{\"op\":\"VEC_SET\",\"key\":\"a\",\"vector\":[\"1\"]} | the field 'vector' must be an array of numbers",
                "{\"op\":\"VEC_SET\",\"key\":\"a\",\"vector\":[1e39]} | the field 'vector' holds 1e39, which is beyond a 32-bit float",
                "{\"op\":\"VEC_SET\",\"key\":\"a\",\"vector\":{\"base64\":\"/wA=\"}} | the field 'vector' has 2 bytes, which are no whole floats",
                "{\"op\":\"VEC_SET\",\"key\":\"a\",\"vector\":[1],\"dimensions\":4294967296} | the field 'dimensions' must be a whole number",
                "{\"op\":\"DOC_SET\",\"collection\":\"c\",\"doc_id\":\"d\",\"json\":{\"a\":1}} | the field 'json' must be a string or",
            })
    void refusesWhatIsNoRecord(String line, String message) {
        String actual = String.valueOf(assertThrows(CdcException.Invalid.class, () -> JsonLines.parse(line))
                .getMessage());
        assertTrue(actual.startsWith(message), () -> actual + " does not begin with: " + message);
    }

    private static Bytes floats(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return Bytes.of(bytes.array());
    }
}
