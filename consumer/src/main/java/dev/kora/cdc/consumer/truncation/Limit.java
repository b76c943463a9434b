package dev.kora.cdc.consumer.truncation;

import java.util.Locale;

/** What can keep a floor from being higher; the lower-case name stands in the HTTP API and in metrics. */
public enum Limit {
    /** No more was marked by the writer. */
    MARKER,
    /** An operator wanted no more. */
    REQUEST,
    /** No more is needed for the log to be small enough. */
    SIZE,
    /** The rest is young enough to stay. */
    AGE,
    /** What is behind it is not covered by a checkpoint that is old enough. */
    CHECKPOINT,
    /** A consumer group has not read further. */
    HOLD,
    /** The last entry always stays. */
    LAST_ENTRY;

    /** The name in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
