package dev.kora.cdc.server.http;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs each exchange, from reading its request to writing its answer, on a virtual thread of its own: at most so many at once,
 * and none longer than so long. A client that sends or reads a byte now and then would otherwise hold its thread for ever.
 *
 * <p>An exchange beyond the time is interrupted, which closes its connection; the connection of one too many is closed at once.
 * Thread-safe.
 */
final class ExchangeThreads implements Executor {
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("http-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("http-timer").daemon().factory());
    private final Semaphore places;
    private final Duration longest;

    ExchangeThreads(int most, Duration longest) {
        this.places = new Semaphore(most);
        this.longest = longest;
        timer.setRemoveOnCancelPolicy(true);
    }

    /** @throws RejectedExecutionException there are too many, or none are run any more; the caller closes the connection */
    @Override
    public void execute(Runnable exchange) {
        if (!places.tryAcquire()) {
            throw new RejectedExecutionException("too many HTTP connections at work");
        }
        try {
            threads.execute(() -> run(exchange));
        } catch (RejectedExecutionException e) {
            places.release();
            throw e;
        }
    }

    private void run(Runnable exchange) {
        Thread thread = Thread.currentThread();
        Future<?> end = timer.schedule(thread::interrupt, longest.toMillis(), TimeUnit.MILLISECONDS);
        try {
            exchange.run();
        } finally {
            end.cancel(false);
            places.release();
        }
    }

    /** Interrupts the exchanges that are under way, and runs no others. Idempotent. */
    void stop() {
        threads.shutdownNow();
        timer.shutdownNow();
    }
}
