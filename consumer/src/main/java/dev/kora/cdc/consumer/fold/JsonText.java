package dev.kora.cdc.consumer.fold;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** JSON scalars as Kora (serde_json) writes them, so that the texts are the same byte for byte. */
final class JsonText {
    private static final String HEX = "0123456789abcdef";
    private static final BigDecimal LEAST_SIGNED = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST_SIGNED = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal MOST_UNSIGNED = new BigDecimal(Long.toUnsignedString(-1));
    /** Integers with so many chars are within 64 signed bits. */
    private static final int SURELY_LONG = 18;
    /** Integers with more chars are beyond 64 bits, signed or not. */
    private static final int MAYBE_LONG = 20;

    private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);

    private JsonText() {}

    /** A string in quotes; only quotes, backslashes and control characters are escaped. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int n = 0; n < text.length(); n++) {
            char c = text.charAt(n);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < 0x20) {
                        quoted.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /**
     * An integer as it stands in a JSON text, or the floating-point number that Kora keeps in its place.
     *
     * @param unsigned whether 64 unsigned bits are kept as they are
     */
    static String integer(String digits, boolean unsigned) {
        if (digits.equals("-0")) {
            return "-0.0";
        }
        if (digits.length() <= SURELY_LONG) {
            return digits;
        }
        return digits.length() <= MAYBE_LONG && fits(new BigDecimal(digits), unsigned)
                ? digits
                : number(Double.parseDouble(digits));
    }

    private static boolean fits(BigDecimal integer, boolean unsigned) {
        return integer.compareTo(LEAST_SIGNED) >= 0 && integer.compareTo(unsigned ? MOST_UNSIGNED : MOST_SIGNED) <= 0;
    }

    /** A finite double by the fewest digits that give it back: plain between 1e-5 and 1e16, with an exponent beyond. */
    static String number(double number) {
        if (number == 0) {
            return 1 / number > 0 ? "0.0" : "-0.0";
        }
        BigDecimal shortest = shortest(Math.abs(number));
        String digits = shortest.unscaledValue().toString();
        int point = digits.length() - shortest.scale();
        return (number < 0 ? "-" : "") + place(digits, point);
    }

    /** Java gives at least two digits, where one may do: it says 4.9E-324 for 5e-324. */
    private static BigDecimal shortest(double number) {
        BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        if (decimal.precision() == 2) {
            BigDecimal one = decimal.round(ONE_DIGIT);
            return one.doubleValue() == number ? one.stripTrailingZeros() : decimal;
        }
        return decimal;
    }

    /** Writes digits whose decimal point stands {@code point} places behind the first one. */
    private static String place(String digits, int point) {
        int length = digits.length();
        if (length <= point && point <= 16) {
            return digits + "0".repeat(point - length) + ".0";
        }
        if (0 < point && point <= 16) {
            return digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-5 < point && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        String fraction = length == 1 ? "" : "." + digits.substring(1);
        return digits.charAt(0) + fraction + "e" + (point - 1);
    }
}
