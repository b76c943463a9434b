package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.kora.cdc.schema.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LossyTextTest {
    @Test
    void textStaysTheSameBytes() {
        for (String text :
                new String[] {"", "plain", "žluťoučký", "\uFFFD", "\uD834\uDD1E", "\u0000\u007f\u0080\u07ff"}) {
            Bytes bytes = Bytes.utf8(text);
            assertSame(bytes, LossyText.of(bytes));
        }
    }

    /** As Rust's documentation and the Unicode standard (table 3-8) have it: one U+FFFD for each longest beginning. */
    @ParameterizedTest
    @CsvSource({
        "ff, ?",
        "80, ?",
        "c3, ?",
        "c328, ?(",
        "c080, ??",
        "c1bf, ??",
        "e0, ?",
        "e08080, ???",
        "e0a0, ?",
        "e0a041, ?A",
        "eda080, ???",
        "edbfbf, ???",
        "ee8080, \ue000",
        "f0, ?",
        "f08080, ???",
        "f09080, ?",
        "f0908041, ?A",
        "f4908080, ????",
        "f5808080, ????",
        "f8, ?",
        "61f18080e18 0c262, a???b",
        "4142ff4344, AB?CD",
        "f09d849eff, \uD834\uDD1E?",
    })
    void whatIsNoTextIsReplaced(String hex, String text) {
        Bytes bytes = Bytes.of(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertEquals(text.replace('?', '\uFFFD'), LossyText.of(bytes).text());
    }

    /** Java's decoder agrees except for encoded surrogates. */
    @Test
    void agreesWithJavaOnRandomBytesWithoutSurrogates() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        int[] hard = {0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xe1, 0xf0, 0xf3, 0xf4, 0xf5, 0xff};
        for (int run = 0; run < 100_000; run++) {
            byte[] bytes = new byte[random.nextInt(8)];
            for (int n = 0; n < bytes.length; n++) {
                bytes[n] = (byte) hard[random.nextInt(hard.length)];
            }
            String java = new String(bytes, StandardCharsets.UTF_8);
            assertEquals(java, LossyText.of(Bytes.of(bytes)).text(), "-Dkora.seed=" + seed);
        }
    }
}
