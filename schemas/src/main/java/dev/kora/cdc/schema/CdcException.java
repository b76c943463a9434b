package dev.kora.cdc.schema;

import org.jspecify.annotations.Nullable;

/** What went wrong, by what the caller can do about it. Messages name the place, what was found and the next step. */
public abstract sealed class CdcException extends RuntimeException {

    private CdcException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Kafka or the registry cannot be reached or took too long: try again. */
    public static final class Unavailable extends CdcException {
        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** This instance may no longer act, since a newer one took over or it was closed: open a new one, or stop. */
    public static final class Fenced extends CdcException {
        public Fenced(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The input or the configuration is at fault: mend it. */
    public static final class Invalid extends CdcException {
        public Invalid(String message) {
            super(message, null);
        }

        public Invalid(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Stored bytes are not what they must be: stop, look, rebuild. Subclasses say as data where and what. */
    public static non-sealed class Corrupt extends CdcException {
        public Corrupt(String message) {
            super(message, null);
        }

        public Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
