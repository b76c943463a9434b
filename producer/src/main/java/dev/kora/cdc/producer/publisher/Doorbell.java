package dev.kora.cdc.producer.publisher;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the publisher's thread. Ringing costs one volatile read while the thread is busy; a ring that comes between its last look and
 * its falling asleep is not lost, since it looks again after saying that it listens.
 */
final class Doorbell {
    private volatile @Nullable Thread listener;
    private volatile @Nullable Thread sleeper;
    private volatile boolean called;

    /** An entry is in the ring: wakes the thread if it sleeps for want of entries. */
    void ring() {
        Thread thread = listener;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Something changed that the thread must not sleep over: wakes it from any rest. */
    void call() {
        called = true;
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Sleeps out a rest, or less where it is called, interrupted, or meant to be woken by an entry. A ring that came while nobody
     * listened does not shorten it. For the publisher's thread.
     */
    void rest(Rest rest, RingReader reader) {
        Thread self = Thread.currentThread();
        long began = System.nanoTime();
        sleeper = self;
        listener = rest.untilEntry() ? self : null;
        long left = rest.nanos();
        while (left > 0 && !called && !self.isInterrupted() && !(rest.untilEntry() && reader.hasNext())) {
            LockSupport.parkNanos(this, left);
            left = rest.nanos() - (System.nanoTime() - began);
        }
        listener = null;
        sleeper = null;
        called = false;
    }
}
