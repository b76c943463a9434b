package dev.kora.cdc.log;

import java.time.Duration;
import java.util.List;

/** Reads the committed records of one partition in order. Not thread-safe, except {@link #wakeup()}. */
public interface LogReader extends AutoCloseable {

    /**
     * The next committed records, or none after {@code timeout}.
     *
     * @throws LogException with {@link LogException.Kind#OUT_OF_RANGE} where the position is no longer (or not yet) in the
     *     log, {@link LogException.Kind#WENT_BACK} where the log no longer holds what was read before
     */
    List<LogRecord> poll(Duration timeout);

    /** Where the next poll reads on; it passes over control records and aborted data. */
    LogPosition position();

    /** Whether everything decided so far, as of the last answer of the broker, has been returned by poll. */
    boolean caughtUp();

    /** Makes a poll of another thread return early. Thread-safe. */
    void wakeup();

    @Override
    void close();
}
