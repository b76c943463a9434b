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

    PoisonException(LogPartition partition, long offset, String expected, String actual, @Nullable Throwable cause) {
        super(
                "%s, offset %d: expected %s, found %s. Nothing from this record on was applied. Look at it with: %s"
                        .formatted(partition, offset, expected, actual, inspect(partition, offset)),
                cause);
        this.partition = partition;
        this.offset = offset;
        this.expected = expected;
        this.actual = actual;
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

    private static String inspect(LogPartition partition, long offset) {
        return "kafka-console-consumer.sh --topic %s --partition %d --offset %d --max-messages 1 --isolation-level read_committed"
                .formatted(partition.topic(), partition.partition(), offset);
    }
}
