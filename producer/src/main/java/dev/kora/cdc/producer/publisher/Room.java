package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where appenders wait for room in the ring, in the order in which they came. Thread-safe.
 *
 * <p>One of them, whose turn it is, tries again after each commit; the others queue behind it, and so does whoever comes while
 * somebody waits. So a large entry is not kept out for ever by small ones that need less room.
 *
 * <p>Nothing is missed: the waiting thread says that it waits before it tries, and a commit makes room before it looks for who
 * waits.
 */
final class Room {
    private final LongSupplier nanoClock;
    private final ReentrantLock turn = new ReentrantLock(true);
    private volatile @Nullable Thread first;

    Room(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Whether somebody waits, so that others must not overtake. */
    boolean awaited() {
        return turn.isLocked();
    }

    /**
     * Tries until {@code attempt} does not say {@link EntryRing#FULL}.
     *
     * @return what the attempt said last; {@link EntryRing#FULL} once the time is over
     * @throws CdcException.Unavailable the thread was interrupted; its interrupted status is set again
     */
    long await(Duration timeout, LongSupplier attempt) {
        long deadline = nanoClock.getAsLong() + timeout.toNanos();
        try {
            if (!turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                return EntryRing.FULL;
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        try {
            return awaitTurn(deadline, attempt);
        } finally {
            first = null;
            turn.unlock();
        }
    }

    private long awaitTurn(long deadline, LongSupplier attempt) {
        first = Thread.currentThread();
        long answer = attempt.getAsLong();
        long rest = deadline - nanoClock.getAsLong();
        while (answer == EntryRing.FULL && rest > 0) {
            LockSupport.parkNanos(this, rest);
            if (Thread.interrupted()) {
                throw interrupted();
            }
            answer = attempt.getAsLong();
            rest = deadline - nanoClock.getAsLong();
        }
        return answer;
    }

    private static CdcException interrupted() {
        Thread.currentThread().interrupt();
        return new CdcException.Unavailable("interrupted while waiting for room in the ring; nothing was taken", null);
    }

    /** Room was made, or there is no more use in waiting. */
    void made() {
        Thread waiting = first;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
