package dev.kora.cdc.log;

import dev.kora.cdc.log.LogException.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the last committed record of a partition that is of some kind, without reading the whole partition.
 *
 * <p>The offsets before the last stable one need not hold such a record: the end of each transaction is a control record, and
 * aborted records keep their offsets. Neither can be told from the ends alone, and a log can only be read forwards. So the
 * last 256 offsets are read; where nothing is found among them, the 4,096 before those; and so on, each stretch once.
 *
 * <p>Thread-safe.
 */
public final class TailSearch {
    private static final long FIRST_STRETCH = 256;
    private static final long GROWTH = 16;
    private static final int ATTEMPTS = 3;
    private static final int EMPTY_POLLS = 20;
    private static final Duration POLL = Duration.ofMillis(500);

    private final Log log;
    private final Predicate<LogRecord> wanted;

    /** @param wanted says of a record whether it is one of those to find the last of */
    public TailSearch(Log log, Predicate<LogRecord> wanted) {
        this.log = log;
        this.wanted = wanted;
    }

    /**
     * The last wanted record below the last stable offset of this moment; empty where there is none.
     *
     * @throws LogException {@link Kind#TIMED_OUT} also where nothing could be read for 10 seconds
     */
    public Optional<LogRecord> find(LogPartition partition) {
        for (int attempt = 1; ; attempt++) {
            try {
                return findBackwards(partition, log.ends(partition));
            } catch (LogException e) {
                boolean truncatedMeanwhile = e.kind() == Kind.OUT_OF_RANGE;
                if (!truncatedMeanwhile || attempt == ATTEMPTS) {
                    throw e;
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
                    throw new LogException(
                            Kind.TIMED_OUT,
                            "%s: nothing could be read from offset %d to %d".formatted(partition, before, to),
                            null);
                }
            }
        }
        return last;
    }
}
