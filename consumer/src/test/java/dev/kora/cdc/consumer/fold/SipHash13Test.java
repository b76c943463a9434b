package dev.kora.cdc.consumer.fold;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SipHash13Test {
    /** Of the reference implementation, with the key 00 01 … 0f, for 0, 1, 2, … bytes 00 01 02 …. */
    private static final long[] VECTORS = {
        0xabac0158050fc4dcL,
        0xc9f49bf37d57ca93L,
        0x82cb9b024dc7d44dL,
        0x8bf80ab8e7ddf7fbL,
        0xcf75576088d38328L,
        0xdef9d52f49533b67L,
        0xc50d2b50c59f22a7L,
        0xd3927d989bb11140L,
        0x369095118d299a8eL,
        0x25a48eb36c063de4L,
        0x79de85ee92ff097fL,
        0x70c118c1f94dc352L,
        0x78a384b157b4d9a2L,
        0x306f760c1229ffa7L,
        0x605aa111c0f95d34L,
        0xd320d86d2a519956L,
        0xcc4fdd1a7d908b66L,
    };

    @Test
    void agreesWithTheReference() {
        for (int length = 0; length < VECTORS.length; length++) {
            assertEquals(VECTORS[length], SipHash13.hash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L, counting(length)));
        }
    }

    /** Such are the hashes of CPython 3.11 with PYTHONHASHSEED=0, and of other implementations. */
    @Test
    void agreesWithOthersWhereTheKeysAreZero() {
        assertEquals(0xd1fba762150c532cL, SipHash13.hash(new byte[0]));
        assertEquals(0xce31007e34130c0aL, SipHash13.hash("digest-sip_hash".getBytes(UTF_8)));
        assertEquals(0x1b47c0cc4dd21f05L, SipHash13.hash("x".repeat(1_000).getBytes(UTF_8)));
        assertEquals(7541581120933061747L, SipHash13.hash(counting(1)));
        assertEquals(-1525574692105212182L, SipHash13.hash(counting(8)));
        assertEquals(4061470857350050649L, SipHash13.hash(counting(63)));
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int n = 0; n < length; n++) {
            bytes[n] = (byte) n;
        }
        return bytes;
    }
}
