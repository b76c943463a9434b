package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;

/** A record of a topic that cannot be what stands there: undecodable, a gap, a row that is not under its key. */
public final class PoisonException extends CdcException.Corrupt {
    private final LogPartition partition;
    private final long offset;
    private final String expected;
    private final String actual;
    private final boolean skippable;

    PoisonException(LogPartition partition, long offset, String expected, String actual, @Nullable Throwable cause) {
        this(partition, offset, expected, actual, cause, true);
    }

    private PoisonException(
            LogPartition partition,
            long offset,
            String expected,
            String actual,
            @Nullable Throwable cause,
            boolean skippable) {
        super(
                "%s, offset %d: expected %s, found %s. Nothing from this record on was applied. Look at it with: %s"
                        .formatted(partition, offset, expected, actual, InspectWords.command(partition, offset)),
                cause);
        this.partition = partition;
        this.offset = offset;
        this.expected = expected;
        this.actual = actual;
        this.skippable = skippable;
    }

    /** The same, of a log that is broken as a whole: going on without this record would not mend it. */
    PoisonException notSkippable() {
        return new PoisonException(partition, offset, expected, actual, getCause(), false);
    }

    /** The partition that the record stands in. */
    public LogPartition partition() {
        return partition;
    }

    /** Offset of the record. */
    public long offset() {
        return offset;
    }

    /** What had to stand there. */
    public String expected() {
        return expected;
    }

    /** What stands there. */
    public String actual() {
        return actual;
    }

    /**
     * Whether it may be decided to read on without this record. Not where a log lacks its beginning, since it is no single record that
     * is wrong then. Of a record of the compacted topic it means nothing.
     */
    public boolean skippable() {
        return skippable;
    }
}
