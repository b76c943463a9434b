package dev.kora.cdc.server.resp;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Executes the requests of one connection, one at a time and in their order.
 *
 * <p><b>Concurrency.</b> {@link #work} counts the requests that were handed over and are not done. Whoever raises it from zero
 * starts a run, and a run ends by lowering it to zero. Ending sooner, it leaves {@code work} above zero and hands the run on: to
 * the other connections' queue when its turn is over; to a timer while the handler has no room; and while the client does not
 * take its replies to the event loop, by {@link #parked}. So there is at most one run, and none is forgotten.
 */
final class Lane implements Runnable {
    private final Session session;
    private final Replies replies;
    private final Dispatcher dispatcher;
    private final Workers workers;
    private final Host host;

    private final Queue<Exchange> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger work = new AtomicInteger();
    private final AtomicBoolean parked = new AtomicBoolean();
    private volatile boolean busy;
    private volatile boolean stopped;

    /** What the lane asks of its connection, on any thread. */
    interface Host {
        /** Runs {@code task} after the time that a handler without room is given. */
        void later(Runnable task);

        /** The lane executes again, after a while in which it was {@link Lane#busy}. */
        void goesOn();
    }

    Lane(Session session, Replies replies, Dispatcher dispatcher, Workers workers, Host host) {
        this.session = session;
        this.replies = replies;
        this.dispatcher = dispatcher;
        this.workers = workers;
        this.host = host;
    }

    /** Takes a request, to be executed after {@link #start}. */
    void add(Exchange exchange) {
        waiting.add(exchange);
    }

    /** Executes the {@code count} requests that were added since the last start. */
    void start(int count) {
        if (count > 0 && work.getAndAdd(count) == 0) {
            workers.run(this);
        }
    }

    /** Goes on, if the client has taken replies that were waited for. */
    void unpark() {
        if (parked.get() && !replies.full() && parked.compareAndSet(true, false)) {
            workers.run(this);
        }
    }

    /** Whether the handler has no room for the request that is first in the line. */
    boolean busy() {
        return busy;
    }

    /** Executes nothing more. */
    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        for (int done = 0; done < workers.turn(); done++) {
            if (stopped || (replies.full() && park())) {
                return;
            }
            Exchange exchange = Objects.requireNonNull(waiting.peek());
            if (!dispatcher.execute(session, exchange)) {
                busy = true;
                host.later(() -> workers.run(this));
                return;
            }
            if (finish(exchange)) {
                return;
            }
        }
        workers.run(this);
    }

    /** Takes a request out of the line; true if the run ends with it. */
    private boolean finish(Exchange exchange) {
        waiting.remove();
        boolean last = session.quits();
        if (last) {
            stopped = true;
        }
        exchange.executed(session.protocol(), last);
        if (busy) {
            busy = false;
            host.goesOn();
        }
        return work.decrementAndGet() == 0;
    }

    /** Leaves the run to {@link #unpark}; false if there was room again meanwhile. */
    private boolean park() {
        parked.set(true);
        return replies.full() || !parked.compareAndSet(true, false);
    }
}
