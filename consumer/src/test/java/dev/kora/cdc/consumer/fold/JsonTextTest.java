package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as Rust's ryu writes them. */
final class JsonTextTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "1.0, 1.0",
        "-1.5, -1.5",
        "0.1, 0.1",
        "0.3, 0.3",
        "12.34, 12.34",
        "123456789012345.6, 123456789012345.6",
        "1e15, 1000000000000000.0",
        "1234567890123456, 1234567890123456.0",
        "9007199254740993, 9007199254740992.0",
        "1e16, 1e16",
        "12345678901234567, 1.2345678901234568e16",
        "1.5e300, 1.5e300",
        "0.001, 0.001",
        "0.00001, 0.00001",
        "0.000012, 0.000012",
        "0.000001, 1e-6",
        "0.0000012, 1.2e-6",
        "-1.2e-7, -1.2e-7",
        "2e23, 2e23",
        "1e23, 1e23",
        "5e-324, 5e-324",
        "1e-323, 1e-323",
        "1.5e-323, 1.5e-323",
        "5e-323, 5e-323",
        "1e-322, 1e-322",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
        "1.7976931348623157e308, 1.7976931348623157e308",
    })
    void aNumberIsWrittenByTheFewestDigits(double number, String text) {
        assertEquals(text, JsonText.number(number));
    }

    @Test
    void everyNumberIsReadBack() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int n = 0; n < 200_000; n++) {
            double number = Double.longBitsToDouble(random.nextLong() >>> (random.nextInt(8) == 0 ? 12 : 0));
            if (Double.isFinite(number)) {
                assertEquals(number, Double.parseDouble(JsonText.number(number)), "-Dkora.seed=" + seed);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "999999999999999999, false, 999999999999999999",
        "-99999999999999999999, true, -1e20",
        "18446744073709551615, true, 18446744073709551615",
        "18446744073709551615, false, 1.8446744073709552e19",
    })
    void anIntegerIsKeptWhereItFits(String digits, boolean unsigned, String text) {
        assertEquals(text, JsonText.integer(digits, unsigned));
    }
}
