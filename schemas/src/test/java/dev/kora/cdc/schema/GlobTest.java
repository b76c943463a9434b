package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases that Redis's documentation and behaviour settle; {@link GlobPropertyTest} does the combinations. */
class GlobTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "h?llo, hello, true",
                "h?llo, hllo, false",
                "h*llo, hllo, true",
                "h*llo, heeeello, true",
                "h[ae]llo, hallo, true",
                "h[ae]llo, hillo, false",
                "h[^e]llo, hallo, true",
                "h[^e]llo, hello, false",
                "h[a-b]llo, hbllo, true",
                "h[b-a]llo, hallo, true",
                "h[a-b]llo, hcllo, false",
                "a\\*b, a*b, true",
                "a\\*b, axb, false",
                "a\\, a\\, true",
                "[a\\]b], ], true",
                "[a\\-c], b, false",
                "[a\\-c], -, true",
                "[a-], -, false",
                "[a-], _, true",
                "[ab, b, true",
                "[a, a, true",
                "[^a, b, true",
                "[], a, false",
                "[^], a, true",
                "a**b, ab, true",
                "*, \"\", true",
                "\"\", \"\", true",
                "\"\", a, false",
                "a*, a, true",
                "*a, ba, true",
                "*a*, bab, true",
                "a, ab, false",
            })
    void matchesAsRedisDoes(String pattern, String text, boolean matches) {
        assertEquals(matches, Glob.of(Bytes.utf8(pattern)).matches(Bytes.utf8(text)));
    }

    @Test
    void goesByUnsignedBytes() {
        Glob high = Glob.of(bytes('[', 0x80, '-', 0xff, ']'));

        assertTrue(high.matches(bytes(0x80)));
        assertTrue(high.matches(bytes(0xff)));
        assertFalse(high.matches(bytes(0x7f)));
        assertFalse(Glob.of(Bytes.utf8("?")).matches(Bytes.utf8("é")));
        assertTrue(Glob.of(Bytes.utf8("??")).matches(Bytes.utf8("é")));
    }

    @Test
    void knowsWhatEveryMatchBeginsWith() {
        assertEquals(Bytes.utf8("user:*:"), Glob.of(Bytes.utf8("user:\\*:*")).prefix());
        assertEquals(Bytes.EMPTY, Glob.ALL.prefix());
        assertEquals(Bytes.utf8("abc"), Glob.of(Bytes.utf8("abc")).prefix());
    }

    @Test
    void needsNoExponentialTime() {
        Glob hard = Glob.of(Bytes.utf8("*a".repeat(500) + "b"));
        Bytes text = Bytes.utf8("a".repeat(5_000));

        assertTimeout(Duration.ofSeconds(5), () -> assertFalse(hard.matches(text)));
    }

    private static Bytes bytes(int... values) {
        byte[] array = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            array[i] = (byte) values[i];
        }
        return Bytes.of(array);
    }
}
