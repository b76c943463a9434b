package dev.kora.cdc.server.resp;

import io.netty.channel.Channel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop of a channel, for tasks from anywhere: those that come after its end are dropped, and what one throws goes to
 * the channel, like what its handlers throw. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The channel is told of failures.
record Loop(Channel channel) {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    void run(Runnable task) {
        try {
            channel.eventLoop().execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            dropped(e);
        }
    }

    void runLater(Runnable task, long millis) {
        try {
            channel.eventLoop().schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            dropped(e);
        }
    }

    /** Whether the current thread is the event loop's. */
    boolean isHere() {
        return channel.eventLoop().inEventLoop();
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            channel.pipeline().fireExceptionCaught(e);
        }
    }

    private static void dropped(RejectedExecutionException e) {
        log.trace("the port is closed: nobody waits for this any more", e);
    }
}
