package dev.kora.cdc.producer.source.resp;

/** Tells decimal numbers from the rest of what Java's parser takes for one: NaN, Infinity, hexadecimal, suffixes, blanks. */
final class Decimals {
    private Decimals() {}

    /** Whether the bytes are a sign or none, digits with a point or none, and an exponent or none. */
    static boolean isDecimal(byte[] bytes) {
        int whole = digits(bytes, sign(bytes, 0));
        int start = sign(bytes, 0);
        int end = whole < bytes.length && bytes[whole] == '.' ? digits(bytes, whole + 1) : whole;
        boolean anyDigit = whole > start || end > whole + 1;
        return anyDigit && (end == bytes.length || isExponent(bytes, end));
    }

    private static boolean isExponent(byte[] bytes, int at) {
        if (bytes[at] != 'e' && bytes[at] != 'E') {
            return false;
        }
        int start = sign(bytes, at + 1);
        return start < bytes.length && digits(bytes, start) == bytes.length;
    }

    /** Where a sign at {@code at} ends, if there is one. */
    private static int sign(byte[] bytes, int at) {
        return at < bytes.length && (bytes[at] == '-' || bytes[at] == '+') ? at + 1 : at;
    }

    /** Where digits that begin at {@code at} end, if there are any. */
    private static int digits(byte[] bytes, int at) {
        int end = at;
        while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
            end++;
        }
        return end;
    }
}
