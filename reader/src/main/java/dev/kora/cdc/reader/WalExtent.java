package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.CdcException;

/**
 * What a WAL partition holds at one moment, and where to start reading it.
 *
 * @param topicId of the topic that it belongs to
 */
public record WalExtent(String topicId, LogEnds ends) {

    /**
     * Asks the log.
     *
     * @throws CdcException.Unavailable the log cannot be reached
     * @throws CdcException.Invalid the topic is missing or may not be read
     */
    public static WalExtent read(Log log, LogPartition partition) {
        try {
            return new WalExtent(log.topicId(partition.topic()), log.ends(partition));
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, 0);
        }
    }

    /** Whether entries before the first one here were deleted. */
    public boolean truncated() {
        return ends.start() > 0;
    }

    /** Reads everything that is there; verified from the first entry on where nothing was deleted before it. */
    public WalStart fromStart() {
        return truncated()
                ? WalStart.anywhere(topicId, LogPosition.of(ends.start()))
                : WalStart.atBeginning(topicId, 0);
    }

    /** Reads what comes after this moment. */
    public WalStart fromEnd() {
        return WalStart.anywhere(topicId, LogPosition.of(ends.lastStable()));
    }
}
