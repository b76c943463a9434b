package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random patterns over a small alphabet against a matcher that is written for plainness: it reads the pattern anew at each
 * step and tries every length for a star.
 */
class GlobPropertyTest {
    private static final byte[] PATTERN = "ab*?[]^-\\\u0001".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] TEXT = {'a', 'b', '*', '?', '[', ']', '^', '-', '\\', 1, (byte) 0x80};

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void agreesWithThePlainMatcher() {
        int matched = 0;
        for (int i = 0; i < 300_000; i++) {
            byte[] pattern = random(PATTERN, 8);
            byte[] text = random(TEXT, 6);
            boolean expected = plain(pattern, 0, text, 0);
            Glob glob = Glob.of(Bytes.of(pattern));
            String what = Bytes.of(pattern).text() + " on " + Bytes.of(text) + ", -Dkora.seed=" + seed;
            assertEquals(expected, glob.matches(Bytes.of(text)), what);
            if (expected) {
                matched++;
                assertTrue(Bytes.of(text).startsWith(glob.prefix()), what);
            }
        }
        assertTrue(matched > 1_000, "too few patterns matched to mean anything: " + matched);
    }

    private byte[] random(byte[] alphabet, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return bytes;
    }

    private static boolean plain(byte[] p, int i, byte[] t, int j) {
        if (i == p.length) {
            return j == t.length;
        }
        if (p[i] == '*') {
            return plain(p, i + 1, t, j) || (j < t.length && plain(p, i, t, j + 1));
        }
        if (j == t.length) {
            return false;
        }
        return switch (p[i]) {
            case '?' -> plain(p, i + 1, t, j + 1);
            case '[' -> plainClass(p, i + 1, t, j);
            case '\\' ->
                i + 1 < p.length
                        ? p[i + 1] == t[j] && plain(p, i + 2, t, j + 1)
                        : t[j] == '\\' && plain(p, i + 1, t, j + 1);
            default -> p[i] == t[j] && plain(p, i + 1, t, j + 1);
        };
    }

    private static boolean plainClass(byte[] p, int start, byte[] t, int j) {
        boolean not = start < p.length && p[start] == '^';
        int i = not ? start + 1 : start;
        boolean in = false;
        while (i < p.length && p[i] != ']') {
            if (p[i] == '\\' && i + 1 < p.length) {
                in |= p[i + 1] == t[j];
                i += 2;
            } else if (i + 2 < p.length && p[i + 1] == '-') {
                int[] ends = {p[i] & 0xff, p[i + 2] & 0xff};
                Arrays.sort(ends);
                in |= ends[0] <= (t[j] & 0xff) && (t[j] & 0xff) <= ends[1];
                i += 3;
            } else {
                in |= p[i] == t[j];
                i++;
            }
        }
        int next = Math.min(i + 1, p.length);
        return in != not && plain(p, next, t, j + 1);
    }
}
