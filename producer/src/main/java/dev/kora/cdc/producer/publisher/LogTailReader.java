package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last committed entry of a shard.
 *
 * <p>The offsets before the last stable one need not hold an entry: the end of each transaction is a control record, and aborted
 * entries keep their offsets. Neither can be told from the ends alone, and Kafka can only be read forwards. So it reads the
 * last 256 offsets, and where no entry is among them, the 4,096 before those, and so on, each stretch once.
 */
final class LogTailReader {
    private static final long FIRST_STRETCH = 256;
    private static final long GROWTH = 16;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int EMPTY_POLLS = 15;

    private final Log log;
    private final WalEntryCodec codec;

    LogTailReader(Log log, WalEntryCodec codec) {
        this.log = log;
        this.codec = codec;
    }

    /**
     * Reads the tail of a partition below its last stable offset.
     *
     * @throws LogException the log cannot be read
     * @throws CdcException.Corrupt the last entry cannot be decoded, or is gone
     */
    LogTail read(LogPartition partition) {
        LogEnds ends = log.ends(partition);
        long stretch = FIRST_STRETCH;
        long to = ends.lastStable();
        while (to > ends.start()) {
            long from = Math.max(ends.start(), to - stretch);
            LogRecord last = lastRecord(partition, from, to);
            if (last != null) {
                return decode(partition, last);
            }
            to = from;
            stretch *= GROWTH;
        }
        if (ends.start() > 0) {
            throw new CdcException.Corrupt(
                    "%s starts at %d, and no entry is left in it: its sequences cannot go on. The last entry must never be deleted; create the database's topics anew"
                            .formatted(partition, ends.start()));
        }
        return LogTail.EMPTY;
    }

    /** The last committed record in {@code [from, to)}, or null. */
    private @Nullable LogRecord lastRecord(LogPartition partition, long from, long to) {
        LogRecord last = null;
        int emptyPolls = 0;
        try (LogReader reader = log.openReader(partition, LogPosition.of(from))) {
            while (reader.position().offset() < to) {
                long before = reader.position().offset();
                for (LogRecord each : reader.poll(POLL)) {
                    last = each.offset() < to ? each : last;
                }
                emptyPolls = reader.position().offset() > before ? 0 : emptyPolls + 1;
                if (emptyPolls == EMPTY_POLLS) {
                    throw new LogException(
                            LogException.Kind.TIMED_OUT,
                            "%s: nothing could be read from %d to %d".formatted(partition, before, to),
                            null);
                }
            }
        }
        return last;
    }

    private LogTail decode(LogPartition partition, LogRecord last) {
        try {
            if (last.value() == null) {
                throw new CdcException.Corrupt("it has no value");
            }
            codec.checkFingerprint(last.value(), last.headers());
            WalEntry entry = codec.decode(last.key(), last.value(), last.timestampMs());
            return new LogTail(
                    entry.epoch(),
                    entry.sequence(),
                    entry.timeMs(),
                    last.headers().get(Headers.SOURCE_POSITION));
        } catch (CdcException.Corrupt e) {
            throw new CdcException.Corrupt(
                    "%s offset %d is no entry: %s".formatted(partition, last.offset(), e.getMessage()), e);
        }
    }
}
