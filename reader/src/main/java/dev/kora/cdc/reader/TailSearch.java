package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the last committed record of a partition that is of some kind, without reading the whole partition.
 *
 * <p>The offsets before the last stable one may hold control records and aborted data, and a log can only be read forwards.
 * So the last 256 offsets are read; where nothing is found among them, the 4,096 before those; and so on, each stretch once.
 * Thread-safe.
 */
final class TailSearch {
    private static final long FIRST_STRETCH = 256;
    private static final long GROWTH = 16;
    private static final int ATTEMPTS = 3;
    private static final int EMPTY_POLLS = 20;
    private static final Duration POLL = Duration.ofMillis(500);

    private final Log log;
    private final Predicate<LogRecord> wanted;

    TailSearch(Log log, Predicate<LogRecord> wanted) {
        this.log = log;
        this.wanted = wanted;
    }

    /**
     * The last wanted record at this moment; empty where there is none.
     *
     * @throws CdcException.Unavailable the log cannot be reached, or not read in 10 seconds
     * @throws CdcException.Invalid the topic is missing or may not be read
     */
    Optional<LogRecord> find(LogPartition partition) {
        for (int attempt = 1; ; attempt++) {
            try {
                return findBackwards(partition, log.ends(partition));
            } catch (LogException e) {
                boolean truncatedMeanwhile = e.kind() == LogException.Kind.OUT_OF_RANGE;
                if (!truncatedMeanwhile || attempt == ATTEMPTS) {
                    throw LogFailures.translate(e, log, partition, 0);
                }
            }
        }
    }

    private Optional<LogRecord> findBackwards(LogPartition partition, LogEnds ends) {
        long to = ends.lastStable();
        for (long stretch = FIRST_STRETCH; to > ends.start(); stretch *= GROWTH) {
            long from = Math.max(ends.start(), to - stretch);
            Optional<LogRecord> last = findBetween(partition, from, to);
            if (last.isPresent()) {
                return last;
            }
            to = from;
        }
        return Optional.empty();
    }

    private Optional<LogRecord> findBetween(LogPartition partition, long from, long to) {
        Optional<LogRecord> last = Optional.empty();
        int emptyPolls = 0;
        try (LogReader reader = log.openReader(partition, LogPosition.of(from))) {
            while (reader.position().offset() < to) {
                long before = reader.position().offset();
                for (LogRecord each : reader.poll(POLL)) {
                    last = each.offset() < to && wanted.test(each) ? Optional.of(each) : last;
                }
                emptyPolls = reader.position().offset() > before ? 0 : emptyPolls + 1;
                if (emptyPolls == EMPTY_POLLS) {
                    throw new CdcException.Unavailable(
                            "%s: nothing could be read from offset %d to %d".formatted(partition, before, to), null);
                }
            }
        }
        return last;
    }
}
