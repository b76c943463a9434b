package dev.kora.cdc.log;

import org.jspecify.annotations.Nullable;

/** A failure of the log, told apart by what its caller may do next. */
public final class LogException extends RuntimeException {

    /** What the caller may do next. */
    public enum Kind {
        /** The outcome is unknown or the call took too long: make the same call again on the same object. */
        TIMED_OUT,
        /** The transaction cannot be committed: abort, then begin again with the same records. */
        ABORTABLE,
        /** This writer is of no more use, and nothing says that another took over: open a new one, ends first. */
        REOPEN,
        /** Another writer holds the transactional id, or another member the partition: final. */
        FENCED,
        /** No retry mends it: too large, a time stamp refused, not authorised. Abort, and stop. */
        REFUSED,
        /** The position is not in the log: truncated behind the reader, or beyond its end. */
        OUT_OF_RANGE,
        /** The log no longer holds what was read before this position. */
        WENT_BACK,
        /** The topic or partition does not exist. */
        MISSING
    }

    private final Kind kind;

    public LogException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
