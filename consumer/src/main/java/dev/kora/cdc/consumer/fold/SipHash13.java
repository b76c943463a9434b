package dev.kora.cdc.consumer.fold;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * SipHash-1-3 with both keys zero: Rust's {@code DefaultHasher} over plain bytes, with no length before and no byte behind
 * them. Kora gives a vector this hash of its little-endian floats as its id.
 *
 * @see <a href="https://www.aumasson.jp/siphash/siphash.pdf">Aumasson, Bernstein: SipHash</a>
 */
final class SipHash13 {
    private long v0 = 0x736f6d6570736575L;
    private long v1 = 0x646f72616e646f6dL;
    private long v2 = 0x6c7967656e657261L;
    private long v3 = 0x7465646279746573L;

    private SipHash13(long key0, long key1) {
        v0 ^= key0;
        v1 ^= key1;
        v2 ^= key0;
        v3 ^= key1;
    }

    static long hash(byte[] bytes) {
        return hash(0, 0, bytes);
    }

    /** With keys that are not zero, as the published vectors have them. */
    static long hash(long key0, long key1, byte[] bytes) {
        return new SipHash13(key0, key1).digest(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }

    private long digest(ByteBuffer bytes) {
        long last = (long) bytes.remaining() << 56;
        while (bytes.remaining() >= Long.BYTES) {
            compress(bytes.getLong());
        }
        for (int shift = 0; bytes.hasRemaining(); shift += Byte.SIZE) {
            last |= (bytes.get() & 0xffL) << shift;
        }
        compress(last);
        v2 ^= 0xff;
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void compress(long word) {
        v3 ^= word;
        round();
        v0 ^= word;
    }

    private void round() {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
    }
}
