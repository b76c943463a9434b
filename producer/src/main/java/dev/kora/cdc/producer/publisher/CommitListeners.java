package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.schema.CdcException;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for which command, by the ring's cursor behind it. Listeners are noted before their command is published, so that
 * its commit cannot come before them; commands of different shards may be noted a little out of order, hence the queue
 * ordered by cursor. Thread-safe.
 */
final class CommitListeners {
    private static final Logger LOG = LoggerFactory.getLogger(CommitListeners.class);

    private record Waiting(long end, CommitListener listener) {}

    private final Queue<Waiting> arriving = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::end));

    void add(long end, CommitListener listener) {
        arriving.add(new Waiting(end, listener));
    }

    /** Tells those whose commands end at or before {@code cursor}. For the draining thread. */
    void committed(long cursor) {
        synchronized (waiting) {
            gather();
            while (!waiting.isEmpty() && waiting.peek().end() <= cursor) {
                tell(waiting.remove().listener()::committed);
            }
        }
    }

    /** Tells everybody that nothing more will be committed. For any thread, once the publisher has ended. */
    void failAll(CdcException cause) {
        synchronized (waiting) {
            gather();
            while (!waiting.isEmpty()) {
                CommitListener listener = waiting.remove().listener();
                tell(() -> listener.failed(cause));
            }
        }
    }

    private void gather() {
        Waiting next = arriving.poll();
        while (next != null) {
            waiting.add(next);
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
