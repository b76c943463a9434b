package dev.kora.cdc.consumer.fold;

import dev.kora.cdc.schema.Bytes;
import java.io.ByteArrayOutputStream;

/**
 * Bytes read as UTF-8, with U+FFFD for what is not: Rust's {@code from_utf8_lossy}, which makes one U+FFFD of each longest
 * beginning of a character. Java's own decoder differs for encoded surrogates (one instead of three). So Kora reads the
 * names of collections and documents, and rows are named by the result.
 */
public final class LossyText {
    private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

    private LossyText() {}

    /** The bytes themselves where they are UTF-8, else the UTF-8 of the text that they are taken for. */
    public static Bytes of(Bytes bytes) {
        byte[] in = bytes.array();
        int valid = validUntil(in, 0);
        if (valid == in.length) {
            return bytes;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length + 2 * REPLACEMENT.length);
        int at = 0;
        while (true) {
            out.write(in, at, valid - at);
            if (valid == in.length) {
                return Bytes.of(out.toByteArray());
            }
            out.writeBytes(REPLACEMENT);
            at = valid + Math.max(1, characterLength(in, valid, false));
            valid = validUntil(in, at);
        }
    }

    private static int validUntil(byte[] in, int from) {
        int at = from;
        while (at < in.length) {
            int length = characterLength(in, at, true);
            if (length == 0) {
                return at;
            }
            at += length;
        }
        return at;
    }

    /**
     * How many bytes from {@code at} on make a character, 0 if none do; if not {@code whole}, how many bytes are the
     * longest beginning of one.
     */
    private static int characterLength(byte[] in, int at, boolean whole) {
        int first = in[at] & 0xff;
        if (first < 0x80) {
            return 1;
        }
        int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        for (int n = 1; n < length; n++) {
            boolean fits = at + n < in.length && mayFollow(first, n, in[at + n] & 0xff);
            if (!fits) {
                return whole ? 0 : n;
            }
        }
        return length;
    }

    /** Whether a byte may stand at place {@code n} of a character that begins with {@code first}. */
    private static boolean mayFollow(int first, int n, int next) {
        int least = n > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int most = n > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        return next >= least && next <= most;
    }
}
