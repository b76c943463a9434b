package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits at a start for what is not there yet, and says what for. Belongs to one thread. */
final class Patience {
    private static final long REST_NANOS = Duration.ofMillis(250).toNanos();

    private final long endNanos;
    private final Progress progress;
    private final BooleanSupplier stopped;
    private String said = "";

    /**
     * @param limit of all waiting together, from now on
     * @param stopped whether waiting is of no more use
     */
    Patience(Duration limit, Progress progress, BooleanSupplier stopped) {
        this.endNanos = System.nanoTime() + limit.toNanos();
        this.progress = progress;
        this.stopped = stopped;
    }

    /**
     * The answer, asked for again as long as it is {@link CdcException.Unavailable}.
     *
     * @throws CdcException.Unavailable it still is when the time is over
     */
    <T> T ask(Supplier<T> question) {
        while (true) {
            try {
                return question.get();
            } catch (CdcException.Unavailable e) {
                if (stopped.getAsBoolean() || System.nanoTime() - endNanos >= 0) {
                    throw e;
                }
                say("waiting: " + e.getMessage());
                LockSupport.parkNanos(REST_NANOS);
            }
        }
    }

    /** Not again and again: only what is new. */
    private void say(String what) {
        if (!said.equals(what)) {
            said = what;
            progress.begin(what);
        }
    }
}
