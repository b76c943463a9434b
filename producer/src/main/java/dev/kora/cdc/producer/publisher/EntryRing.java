package dev.kora.cdc.producer.publisher;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The uncommitted log: a bounded ring of frames outside the heap, filled by many threads and drained by one.
 *
 * <p><b>Cursors.</b> Three cursors count bytes since the start and never go back: {@code committed <= drained <= claimed}.
 * Appending threads move {@code claimed}. The draining thread moves its own {@code drained} ({@link RingReader}) and, after a
 * commit, {@code committed}. Space between {@code committed} and {@code claimed} is taken; nothing but a commit gives it back. So
 * the ring <em>is</em> the log that Kafka does not have yet: after an abort the drainer goes back to {@code committed} and
 * meets the same entries, with the same sequences, in the same order.
 *
 * <p><b>Claiming.</b> A claim moves {@code claimed} by one compare-and-set and takes all of its space or none. It is contiguous:
 * where the end of the memory is in the way, the claim takes the rest of it too and fills it with a padding frame. That is why a claim
 * may take half of the ring at the most: then padding and claim together always fit into an empty ring.
 *
 * <p><b>Publishing.</b> A frame begins with its length, and a length of zero means that the frame is not complete yet. The
 * claimer writes everything else first and the length last, with volatile semantics: a drainer that sees the length sees the frame. Frames that
 * belong together are published from the last to the first, so that the first one stands for all. The drainer stops at the first frame
 * that is not complete; a claimer never waits between claiming and publishing, so that is short.
 *
 * <p><b>Zeroes.</b> Frames begin anywhere (at multiples of 8), and old bytes there must not be taken for a length. The
 * drainer therefore clears what it releases before it moves {@code committed}, and the claimer, which reads {@code
 * committed} before it claims, finds zeroes. Nor is the ring ever full to the last byte: the drainer, ahead of {@code committed}
 * by one whole round, would take the first uncommitted frame for the next one.
 *
 * <p>Volatile access to memory through a byte buffer is atomic only outside the heap and where it is aligned; hence the
 * direct, aligned buffer.
 */
final class EntryRing {
    /** What {@link #tryClaim} says when there is no room. */
    static final long FULL = -1;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final byte[] ZEROES = new byte[64 * 1024];

    private final ByteBuffer memory;
    private final int capacity;
    private final AtomicLong claimed = new AtomicLong();
    private volatile long committed;

    /** @param capacity in bytes, a power of two */
    EntryRing(int capacity) {
        this.capacity = capacity;
        this.memory = ByteBuffer.allocateDirect(capacity + Frame.ALIGNMENT).alignedSlice(Frame.ALIGNMENT);
    }

    int capacity() {
        return capacity;
    }

    /** The largest claim that an empty ring always has room for. */
    int maxClaim() {
        return capacity / 2;
    }

    /** Bytes that are taken, padding among them. */
    long used() {
        return claimed.get() - committed;
    }

    boolean isEmpty() {
        return used() == 0;
    }

    long committed() {
        return committed;
    }

    /**
     * Claims contiguous space.
     *
     * @param bytes a multiple of {@link Frame#ALIGNMENT}, at most {@link #maxClaim()}
     * @return the cursor of its first byte, or {@link #FULL}
     */
    long tryClaim(int bytes) {
        while (true) {
            long at = claimed.get();
            int toWrap = capacity - index(at);
            int padding = toWrap < bytes ? toWrap : 0;
            long end = at + padding + bytes;
            if (end - committed >= capacity) {
                return FULL;
            }
            if (claimed.compareAndSet(at, end)) {
                if (padding > 0) {
                    discard(at, padding);
                }
                return at + padding;
            }
        }
    }

    /** Makes a complete frame visible to the drainer. */
    void publish(long cursor, int bytes) {
        INT.setVolatile(memory, index(cursor) + Frame.LENGTH, bytes);
    }

    /** Gives a claim up: the drainer passes over it. */
    void discard(long cursor, int bytes) {
        memory.putInt(index(cursor) + Frame.FLAGS, Frame.PADDING);
        publish(cursor, bytes);
    }

    /** The length of the frame at a cursor, or 0 while it is not complete. */
    int length(long cursor) {
        return (int) INT.getVolatile(memory, index(cursor) + Frame.LENGTH);
    }

    /** Gives back everything before {@code to}, which is committed. For the draining thread alone. */
    void release(long to) {
        int rest = (int) (to - committed);
        int index = index(committed);
        while (rest > 0) {
            int count = Math.min(Math.min(rest, capacity - index), ZEROES.length);
            memory.put(index, ZEROES, 0, count);
            index = (index + count) & (capacity - 1);
            rest -= count;
        }
        committed = to;
    }

    /** Where a cursor's byte stands in {@link #view()}. */
    int index(long cursor) {
        return (int) cursor & (capacity - 1);
    }

    /** A buffer over the whole memory with position and limit of its own, for one thread at a time. */
    ByteBuffer view() {
        return memory.duplicate();
    }
}
