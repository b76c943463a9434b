package dev.kora.cdc.server.resp;

/** ASCII words and numbers in the bytes of a request, read without making strings. */
final class Words {
    private Words() {}

    /** {@code b} in capitals, if it is an ASCII letter. */
    static byte upper(byte b) {
        return b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
    }

    /**
     * Whether the bytes spell {@code word}, in capitals or not.
     *
     * @param word ASCII in capitals
     */
    static boolean equal(byte[] bytes, String word) {
        if (bytes.length != word.length()) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (upper(bytes[i]) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The number these bytes spell, as strict as Redis: no blanks, no plus, no leading zeros, 64 bits.
     *
     * @throws CommandException {@code ERR value is not an integer or out of range}
     */
    static long integer(byte[] bytes) {
        boolean negative = bytes.length > 1 && bytes[0] == '-';
        int from = negative ? 1 : 0;
        int digits = bytes.length - from;
        if (digits == 0 || digits > 19 || (bytes[from] == '0' && bytes.length > 1)) {
            throw notAnInteger();
        }
        long value = 0;
        for (int i = from; i < bytes.length; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                throw notAnInteger();
            }
            // Downwards, since the most negative number has no positive counterpart.
            long next = value * 10 - digit;
            if (value < Long.MIN_VALUE / 10 || next > 0) {
                throw notAnInteger();
            }
            value = next;
        }
        if (!negative && value == Long.MIN_VALUE) {
            throw notAnInteger();
        }
        return negative ? value : -value;
    }

    private static CommandException notAnInteger() {
        return new CommandException("ERR value is not an integer or out of range");
    }
}
