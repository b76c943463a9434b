package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents as Kora (serde_json) reads them and gives them back. */
final class JsonDocumentTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Names sorted; the last of equal names.
                "{\"a\":1,\"b\":2,\"a\":3} | {\"a\":3,\"b\":2}",
                "{\"a\":{\"x\":1},\"a\":{\"y\":2}} | {\"a\":{\"y\":2}}",
                "{\"Z\":1,\"a\":2,\"A\":3,\"_\":4} | {\"A\":3,\"Z\":1,\"_\":4,\"a\":2}",
                "{\"c\":[],\"d\":{},\"e\":[[],{}]} | {\"c\":[],\"d\":{},\"e\":[[],{}]}",
                "{\"t\":true,\"f\":false,\"n\":null} | {\"f\":false,\"n\":null,\"t\":true}",
                // By bytes of UTF-8, not by chars: U+FF5E is before U+1D11E.
                "{\"\\ud834\\udd1e\":1,\"\\uff5e\":2} | {\"～\":2,\"𝄞\":1}",
                "{\"ab\":1,\"a\":2,\"\\u0000\":3} | {\"\\u0000\":3,\"a\":2,\"ab\":1}",
                // Strings: only what must be is escaped.
                "{\"s\":\"\\u0041\\/\\\"\\\\\\b\\f\\n\\r\\t\\u001f\\u007f\\u00e9\\u2028\"} | {\"s\":\"A/\\\"\\\\\\b\\f\\n\\r\\t\\u001f\u007fé\u2028\"}",
                "{\"s\":\"\\ud834\\udd1e\"} | {\"s\":\"𝄞\"}",
                // Integers of 64 signed bits; beyond them, floats, unsigned ones within arrays excepted.
                "{\"n\":9223372036854775807} | {\"n\":9223372036854775807}",
                "{\"n\":-9223372036854775808} | {\"n\":-9223372036854775808}",
                "{\"n\":9223372036854775808} | {\"n\":9.223372036854776e18}",
                "{\"n\":18446744073709551615} | {\"n\":1.8446744073709552e19}",
                "{\"n\":[18446744073709551615]} | {\"n\":[18446744073709551615]}",
                "{\"n\":[{\"m\":18446744073709551615}]} | {\"n\":[{\"m\":18446744073709551615}]}",
                "{\"n\":[18446744073709551616]} | {\"n\":[1.8446744073709552e19]}",
                "{\"n\":[-9223372036854775809]} | {\"n\":[-9.223372036854776e18]}",
                "{\"n\":-9223372036854775809} | {\"n\":-9.223372036854776e18}",
                "{\"n\":100000000000000000000000000000} | {\"n\":1e29}",
                "{\"n\":0} | {\"n\":0}",
                "{\"n\":-0} | {\"n\":-0.0}",
                // Floats by the fewest digits.
                "{\"n\":-0.25} | {\"n\":-0.25}",
                "{\"n\":1.0} | {\"n\":1.0}",
                "{\"n\":1.500} | {\"n\":1.5}",
                "{\"n\":1e2} | {\"n\":100.0}",
                "{\"n\":1E+2} | {\"n\":100.0}",
                "{\"n\":1e-2} | {\"n\":0.01}",
                "{\"n\":0e0} | {\"n\":0.0}",
                "{\"n\":1e-400} | {\"n\":0.0}",
            })
    void isGivenBackNormalised(String json, String normalised) {
        assertEquals(normalised, parse(json).normalised().text());
        assertEquals(normalised, parse(normalised).normalised().text(), "once normalised, it stays so");
    }

    @Test
    void spaceIsLeftOut() {
        assertEquals(
                "{\"a\":{},\"b\":[1,2]}",
                parse("\r\n { \"b\" : [ 1 , 2 ] ,\t\"a\":\r\n{ } } \n")
                        .normalised()
                        .text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{}}",
                "{} {}",
                "{}{}",
                "{}x",
                "{},",
                "{\"a\":1,}",
                "{,}",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "{\"a\" 1}",
                "{\"a\":1 \"b\":2}",
                "tru",
                "True",
                "nul",
                "NaN",
                "Infinity",
                "-Infinity",
                "undefined",
                "+1",
                "-",
                "01",
                "-01",
                "00",
                ".5",
                "1.",
                "1.e3",
                "1e",
                "1e+",
                "0x10",
                "1_000",
                "1e400",
                "-1e400",
                "\"",
                "\"a",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\ud834\"",
                "\"\\udd1e\"",
                "\"\\ud834\\u0041\"",
                "\"\\udd1e\\ud834\"",
                "{\"\\ud834\":1}",
                "\"\t\"",
                "\"\n\"",
                "\"\u0000\"",
                "/* */ {}",
                "// x\n{}",
                "# x\n{}",
                "\uFEFF{}",
                "\u00a0{}",
                "{}\u0000",
                "\u001e{}",
                "\f{}",
            })
    void whatIsNotJsonToKoraIsRefused(String text) {
        assertTrue(JsonDocument.parse(Bytes.utf8(text)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "7b7dff", "22c322", "22eda08022", "22c08022", "2200", "22f490808022", "fffe7b007d00"})
    void whatIsNotUtf8IsRefused(String hex) {
        assertTrue(JsonDocument.parse(Bytes.of(HexFormat.of().parseHex(hex))).isEmpty());
    }

    @Test
    void nestingEndsWhereKorasParserEndsIt() {
        for (String[] braces : new String[][] {{"[", "]"}, {"{\"a\":", "}"}}) {
            String deepest = braces[0].repeat(127) + "1" + braces[1].repeat(127);
            assertEquals(deepest, parse(deepest).normalised().text());
            String deeper = braces[0].repeat(128) + "1" + braces[1].repeat(128);
            assertTrue(JsonDocument.parse(Bytes.utf8(deeper)).isEmpty());
        }
        assertTrue(JsonDocument.parse(Bytes.utf8("[".repeat(5_000_000))).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "\"{\"", "true", "false", "null", "[{}]"})
    void whatIsNoObjectIsNone(String json) {
        assertFalse(parse(json).isObject());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | false",
                "{\"a\":1} | false",
                "{\"\":1} | true",
                "{\".\":1} | true",
                "{\"a.b\":1} | true",
                "{\"a\\u002eb\":1} | true",
                "{\"a\":{\"b\":{\"\":1}}} | true",
                "{\"a\":{\"b\":{\"x.y\":1}}} | true",
                "{\"a\":\".\"} | false",
                "{\"a\":[{\"\":1,\"x.y\":2}]} | false",
                "{\"a\":[[{\"b\":{\"\":1}}]]} | false",
                "{\"a\":{\"\":1},\"a\":2} | false",
            })
    void namesThatStandForPathsAreRefused(String json, boolean refused) {
        assertEquals(refused, parse(json).hasRefusedName());
    }

    @Test
    void aLargeDocumentIsRead() {
        StringBuilder json = new StringBuilder("{");
        for (int n = 0; n < 100_000; n++) {
            json.append("\"field").append(100_000 + n).append("\":[").append(n).append("],");
        }
        String text = json.append("\"z\":\"")
                .append("x".repeat(1 << 20))
                .append("\"}")
                .toString();
        assertEquals(text, parse(text).normalised().text());
    }

    private static JsonDocument parse(String json) {
        return JsonDocument.parse(Bytes.utf8(json)).orElseThrow();
    }
}
