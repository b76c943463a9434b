package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the commit loop fares, for those who ask and for the log. Written by the thread that drives the loop; the accessors are for
 * any.
 */
final class Condition {
    private static final Logger LOG = LoggerFactory.getLogger(Condition.class);

    private final String topic;
    private final Halt halt;
    private final PublisherMetrics metrics;

    private volatile @Nullable String lastError;
    private volatile boolean retrying;
    private volatile boolean running;

    Condition(String topic, Halt halt, PublisherMetrics metrics) {
        this.topic = topic;
        this.halt = halt;
        this.metrics = metrics;
    }

    /** Something failed and will be tried again. The first failure since something worked is logged. */
    void failed(CommitLoop.Phase phase, Exception e) {
        metrics.errors.increment();
        lastError = e.getMessage();
        if (!retrying) {
            retrying = true;
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("phase", phase)
                    .addKeyValue("error", e.getMessage())
                    .log("entries wait in memory until the log takes them again");
        }
    }

    void waits(String what) {
        lastError = "waiting for " + what;
    }

    /** All that was to be committed until now is. */
    void worked() {
        running = true;
        if (retrying) {
            retrying = false;
            LOG.atInfo().addKeyValue("topic", topic).log("entries are committed again");
        }
    }

    void stopped(CdcException cause, long uncommitted) {
        lastError = cause.getMessage();
        LOG.atError()
                .addKeyValue("topic", topic)
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

    State state() {
        Halt.Ending ending = halt.ending();
        if (ending != null) {
            return ending.state();
        }
        if (!running) {
            return State.OPENING;
        }
        return retrying ? State.RETRYING : State.RUNNING;
    }
}
