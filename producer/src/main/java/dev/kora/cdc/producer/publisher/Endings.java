package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why a publisher ends, or does not get on, in words that say what to do next. */
final class Endings {
    private Endings() {}

    static CdcException closed() {
        return new CdcException.Fenced("this publisher is closed: open a new one", null);
    }

    static CdcException abandoned(String topic, long uncommitted, @Nullable String lastError) {
        return new CdcException.Unavailable(
                "closed before everything was committed: %d entries may or may not be in %s (last error: %s)"
                        .formatted(uncommitted, topic, lastError),
                null);
    }

    static CdcException fenced(String topic, LogException e) {
        return new CdcException.Fenced(
                "%s: a newer writer has taken over; stop this one (%s)".formatted(topic, e.getMessage()), e);
    }

    static CdcException missing(String topic, int shards, LogException e) {
        return new CdcException.Invalid(
                "topic %s with %s does not exist: create the database's topics first (%s)"
                        .formatted(topic, Count.of(shards, "partition"), e.getMessage()),
                e);
    }

    static CdcException notWritable(String topic, LogException e) {
        return new CdcException.Invalid("%s cannot be written: %s".formatted(topic, e.getMessage()), e);
    }

    static CdcException wentBack(String topic, LogException e) {
        return new CdcException.Corrupt(
                "%s lost what this writer had committed, or was created anew: %s. Stop, and look at its end; open a new publisher only if that is meant"
                        .formatted(topic, e.getMessage()),
                e);
    }

    /**
     * One entry, or command, is to blame.
     *
     * @param what is refused, and nothing else
     * @param now by the clock that gives entries their time, which may be what is wrong
     */
    static CdcException refused(String topic, String what, Instant now, LogException e) {
        return new CdcException.Invalid(
                "%s refuses %s, and no retry mends that: %s. Mend its cause and open a new publisher; what came after it is not committed (the clock here says %s)"
                        .formatted(topic, what, e.getMessage(), now),
                e);
    }

    /**
     * @param what takes so long, and nothing else
     * @param times how often
     */
    static String outlasted(PublisherConfig config, String what, int times, LogException e) {
        return "%s, sent alone, took longer than its transaction may, %d ms, %d times in a row; it is tried again. If that does not end, raise the transaction time-out or find out what slows the way to the broker (%s)"
                .formatted(what, config.transactionTimeout().toMillis(), times, e.getMessage());
    }

    static CdcException.Unavailable late(String topic, Duration timeout, @Nullable String lastError) {
        return new CdcException.Unavailable(
                "not committed to %s within %d ms, and still tried: it may be in the log, or come into it later (last error: %s)"
                        .formatted(topic, timeout.toMillis(), lastError),
                null);
    }

    static CdcException bug(Throwable bug) {
        return new CdcException.Corrupt("the publisher stopped by a bug, report it: " + bug, bug);
    }
}
