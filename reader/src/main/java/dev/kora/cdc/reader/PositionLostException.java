package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;

/** A position to read on from means nothing in the log any more: reading on would skip or mistake entries. */
public final class PositionLostException extends CdcException.Corrupt {

    /** What became of the position. */
    public enum Loss {
        /** The log was truncated beyond it. A subscriber starts again from the snapshot. */
        TRUNCATED("What stood from here on was deleted: start again from the snapshot"),
        /** The log ends before it: records that had been read are gone. */
        BEYOND_END("Records that had been read are gone: find out what the brokers lost before anything reads on"),
        /** The log went back before it and holds other records since. */
        WENT_BACK("Records that had been read are gone: find out what the brokers lost before anything reads on"),
        /** The topic was deleted and created anew. */
        RECREATED("Positions in the former topic mean nothing in this one: restore the topic, or start a new database");

        private final String nextStep;

        Loss(String nextStep) {
            this.nextStep = nextStep;
        }
    }

    private final Loss loss;
    private final LogPartition partition;
    private final long offset;

    PositionLostException(Loss loss, LogPartition partition, long offset, String what, @Nullable Throwable cause) {
        super("%s, offset %d: %s. %s".formatted(partition, offset, what, loss.nextStep), cause);
        this.loss = loss;
        this.partition = partition;
        this.offset = offset;
    }

    static PositionLostException recreated(LogPartition partition, long offset, String expectedId, String actualId) {
        return new PositionLostException(
                Loss.RECREATED,
                partition,
                offset,
                "the topic has the id %s, expected %s: it was deleted and created anew".formatted(actualId, expectedId),
                null);
    }

    /** What became of the position. */
    public Loss loss() {
        return loss;
    }

    /** The partition that the position belonged to. */
    public LogPartition partition() {
        return partition;
    }

    /** The position's offset. */
    public long offset() {
        return offset;
    }
}
