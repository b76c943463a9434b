package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The parts that a start has opened so far, closed in reverse order, each whatever became of the others. Closing them ends a
 * start that is under way: what it opens afterwards is closed at once. Thread-safe.
 */
public final class OpenParts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OpenParts.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private volatile boolean closed;
    private volatile boolean failed;

    /**
     * Takes a part over and hands it back.
     *
     * @throws CdcException.Unavailable the parts are closed; so is this one now
     */
    synchronized <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        if (closed) {
            close();
            throw new CdcException.Unavailable("stopped while it was starting", null);
        }
        return part;
    }

    /** Whether nothing can be added any more. Does not wait for the closing. */
    boolean isClosed() {
        return closed;
    }

    /** Whether each part that was closed until now closed in order. */
    public boolean closedInOrder() {
        return !failed;
    }

    /** Closes all parts. Idempotent; a failure is logged, for what is left must be closed, too. */
    @Override
    public void close() {
        closed = true;
        closeAll();
    }

    private synchronized void closeAll() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failed = true;
                LoggingEventBuilder warning =
                        log.atWarn().addKeyValue("part", part.getClass().getSimpleName());
                (e instanceof CdcException ? warning.addKeyValue("reason", e.getMessage()) : warning.setCause(e))
                        .log("a part did not close in order");
            }
        }
    }
}
