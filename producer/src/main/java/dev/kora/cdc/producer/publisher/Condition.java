package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the commit loop fares, for those who ask and for the log. Written by the thread that drives the loop; the accessors are for
 * any.
 *
 * <p>Of a row of failures the first is logged, and again after one minute, two, four and so on: what lasts must not look like
 * what has passed.
 */
final class Condition {
    private static final Logger LOG = LoggerFactory.getLogger(Condition.class);
    private static final long FIRST_REMINDER_NANOS = Duration.ofMinutes(1).toNanos();

    private final PublisherSetup setup;
    private final Halt halt;
    private final PublisherMetrics metrics;

    private volatile @Nullable String lastError;
    /** When the row of failures began that has not ended; null while things work. */
    private volatile @Nullable Instant retryingSince;

    private volatile boolean running;
    private long retryingSinceNanos;
    private long reminderNanos;

    Condition(PublisherSetup setup, Halt halt, PublisherMetrics metrics) {
        this.setup = setup;
        this.halt = halt;
        this.metrics = metrics;
    }

    /** Something failed and will be tried again. */
    void failed(CommitLoop.Phase phase, String error) {
        metrics.errors.increment();
        lastError = error;
        Instant since = retryingSince;
        if (since == null) {
            since = setup.clock().instant().truncatedTo(ChronoUnit.SECONDS);
            retryingSince = since;
            retryingSinceNanos = setup.nanoClock().getAsLong();
            reminderNanos = FIRST_REMINDER_NANOS;
            warn(phase, since, error);
        } else {
            remind(phase, since, error);
        }
    }

    /** Nothing failed, but the log cannot be opened yet. */
    void waits(CommitLoop.Phase phase, String what) {
        String error = "waiting for " + what;
        lastError = error;
        Instant since = retryingSince;
        if (since != null) {
            remind(phase, since, error);
        }
    }

    private void remind(CommitLoop.Phase phase, Instant since, String error) {
        if (setup.nanoClock().getAsLong() - retryingSinceNanos >= reminderNanos) {
            reminderNanos *= 2;
            warn(phase, since, error);
        }
    }

    private void warn(CommitLoop.Phase phase, Instant since, String error) {
        LOG.atWarn()
                .addKeyValue("topic", setup.topic())
                .addKeyValue("phase", phase)
                .addKeyValue("since", since)
                .addKeyValue("error", error)
                .log("entries wait in memory until the log takes them again");
    }

    /**
     * All that was to be committed until now is, the openings of all shards among it.
     *
     * @return whether this publisher is running since now
     */
    boolean worked() {
        boolean wasRunning = running;
        running = true;
        Instant since = retryingSince;
        if (since != null) {
            retryingSince = null;
            LOG.atInfo()
                    .addKeyValue("topic", setup.topic())
                    .addKeyValue("after", since)
                    .log("entries are committed again");
        }
        return !wasRunning;
    }

    void stopped(CdcException cause, long uncommitted) {
        lastError = cause.getMessage();
        LOG.atError()
                .addKeyValue("topic", setup.topic())
                .addKeyValue("uncommitted", uncommitted)
                .addKeyValue("cause", cause.getMessage())
                .log("publisher stopped for good");
    }

    /** Whether the openings of this publisher's epoch are committed. */
    boolean running() {
        return running;
    }

    /** What went wrong last, also where it has been overcome since. */
    @Nullable
    String lastError() {
        return lastError;
    }

    /** Since when nothing has been committed for errors, to the second; null where things work, or nothing is tried any more. */
    @Nullable
    Instant retryingSince() {
        return halt.ending() == null ? retryingSince : null;
    }

    State state() {
        Halt.Ending ending = halt.ending();
        if (ending != null) {
            return ending.state();
        }
        if (!running) {
            return State.OPENING;
        }
        return retryingSince == null ? State.RUNNING : State.RETRYING;
    }
}
