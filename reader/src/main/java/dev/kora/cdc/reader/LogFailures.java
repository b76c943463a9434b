package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.PositionLostException.Loss;
import dev.kora.cdc.schema.CdcException;

/** Turns failures of the log port into what a caller of the readers can act on. */
final class LogFailures {
    private LogFailures() {}

    /** What a failed read at {@code offset} means to the caller. */
    static CdcException translate(LogException failure, Log log, LogPartition partition, long offset) {
        return switch (failure.kind()) {
            case TIMED_OUT, ABORTABLE, REOPEN -> unavailable(failure, partition);
            case FENCED -> new CdcException.Fenced("%s: %s".formatted(partition, said(failure)), failure);
            case REFUSED ->
                new CdcException.Invalid("%s may not be read: %s".formatted(partition, said(failure)), failure);
            case MISSING ->
                new CdcException.Invalid(
                        "%s does not exist (%s): create the topic, or mend the database's name"
                                .formatted(partition, said(failure)),
                        failure);
            case OUT_OF_RANGE -> outOfRange(failure, log, partition, offset);
            case WENT_BACK ->
                new PositionLostException(
                        Loss.WENT_BACK,
                        partition,
                        offset,
                        "the log no longer holds what was read before this offset (" + said(failure) + ")",
                        failure);
        };
    }

    private static CdcException outOfRange(LogException failure, Log log, LogPartition partition, long offset) {
        try {
            LogEnds ends = log.ends(partition);
            Loss loss = offset < ends.start() ? Loss.TRUNCATED : Loss.BEYOND_END;
            String what = "the position is not in the log, which holds %d to %d"
                    .formatted(ends.start(), ends.highWatermark());
            return new PositionLostException(loss, partition, offset, what, failure);
        } catch (LogException unknown) {
            failure.addSuppressed(unknown);
            return unavailable(failure, partition);
        }
    }

    private static CdcException unavailable(LogException failure, LogPartition partition) {
        return new CdcException.Unavailable(
                "%s cannot be read at the moment: %s".formatted(partition, said(failure)), failure);
    }

    private static String said(LogException failure) {
        return String.valueOf(failure.getMessage());
    }
}
