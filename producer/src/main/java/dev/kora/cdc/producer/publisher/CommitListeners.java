package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.schema.CdcException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for which command, by the ring's cursor behind it. Listeners are noted before their command is published, so that
 * its commit cannot come before them; commands of different shards may be noted a little out of order, hence the queue
 * ordered by cursor. Thread-safe.
 */
final class CommitListeners {
    private static final Logger LOG = LoggerFactory.getLogger(CommitListeners.class);

    private static final class Waiting {
        private final long end;
        private final CommitListener listener;
        private final long sinceNanos;
        private boolean told;

        Waiting(long end, CommitListener listener, long sinceNanos) {
            this.end = end;
            this.listener = listener;
            this.sinceNanos = sinceNanos;
        }

        long end() {
            return end;
        }
    }

    private final Queue<Waiting> arriving = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::end));
    /** Who has not been told that it takes long, in the order of their coming; among them, for a while, some whose wait is over. */
    private final Queue<Waiting> patient = new ArrayDeque<>();

    void add(long end, CommitListener listener, long nowNanos) {
        arriving.add(new Waiting(end, listener, nowNanos));
    }

    /** Tells those whose commands end at or before {@code cursor}. For the draining thread. */
    void committed(long cursor) {
        synchronized (waiting) {
            gather();
            while (!waiting.isEmpty() && waiting.peek().end() <= cursor) {
                tell(remove()::committed);
            }
            forgetTold();
        }
    }

    /** Tells those who have waited since {@code beforeNanos} or longer that it takes long, each once. For the draining thread. */
    void late(long beforeNanos, Supplier<CdcException.Unavailable> cause) {
        synchronized (waiting) {
            gather();
            forgetTold();
            while (!patient.isEmpty() && patient.peek().sinceNanos - beforeNanos <= 0) {
                CommitListener listener = patient.remove().listener;
                tell(() -> listener.late(cause.get()));
                forgetTold();
            }
        }
    }

    /** Tells everybody that nothing more will be committed. For any thread, once the publisher has ended. */
    void failAll(CdcException cause) {
        synchronized (waiting) {
            gather();
            while (!waiting.isEmpty()) {
                CommitListener listener = remove();
                tell(() -> listener.failed(cause));
            }
            forgetTold();
        }
    }

    private CommitListener remove() {
        Waiting first = waiting.remove();
        first.told = true;
        return first.listener;
    }

    private void forgetTold() {
        while (!patient.isEmpty() && patient.peek().told) {
            patient.remove();
        }
    }

    private void gather() {
        Waiting next = arriving.poll();
        while (next != null) {
            waiting.add(next);
            patient.add(next);
            next = arriving.poll();
        }
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            // One listener's bug must not cost the others their commits.
            LOG.atError().setCause(e).log("a commit listener threw");
        }
    }
}
