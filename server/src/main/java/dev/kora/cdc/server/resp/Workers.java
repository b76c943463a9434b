package dev.kora.cdc.server.resp;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs the handlers of a port.
 *
 * @param turn how many requests of one connection run before it is another connection's turn
 */
record Workers(Executor executor, int turn) {
    private static final Logger log = LoggerFactory.getLogger(Workers.class);
    private static final int TURN = 16;

    static Workers open(Execution execution, String port) {
        return switch (execution) {
            case Execution.EventLoop loop -> new Workers(Runnable::run, Integer.MAX_VALUE);
            case Execution.Threads threads -> new Workers(pool(threads.count(), port), TURN);
        };
    }

    private static ExecutorService pool(int threads, String port) {
        return Executors.newFixedThreadPool(threads, new DefaultThreadFactory(port + "-worker", true));
    }

    /** Runs a task, unless the port is closed. */
    void run(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            log.trace("the port is closed: nobody waits for this any more", e);
        }
    }

    /** Runs nothing more, and interrupts what runs. */
    void stop() {
        if (executor instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
