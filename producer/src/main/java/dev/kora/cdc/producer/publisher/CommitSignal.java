package dev.kora.cdc.producer.publisher;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Where threads wait for commits. A commit costs one volatile read while nobody waits. Thread-safe. */
final class CommitSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile int waiting;

    /** Something was committed, or nothing more will be. */
    void changed() {
        if (waiting > 0) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until {@code done}, which is asked after every change; it may throw. Returns whether it became true in time. */
    boolean await(Duration timeout, BooleanSupplier done) throws InterruptedException {
        if (done.getAsBoolean()) {
            return true;
        }
        lock.lock();
        try {
            count(1);
            long nanos = timeout.toNanos();
            boolean isDone = done.getAsBoolean();
            while (!isDone && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
                isDone = done.getAsBoolean();
            }
            return isDone;
        } finally {
            count(-1);
            lock.unlock();
        }
    }

    private void count(int more) {
        // The lock is held: no other thread writes.
        int before = waiting;
        waiting = before + more;
    }
}
