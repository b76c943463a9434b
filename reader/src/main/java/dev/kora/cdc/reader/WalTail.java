package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Finds the last committed entry of a shard, for status and lag.
 *
 * <p>The offsets before the last stable one may hold control records and aborted data, and a log can only be read forwards.
 * So the last 256 offsets are read; where no entry is among them, 16 times as many; and so on. Thread-safe.
 */
public final class WalTail {
    private static final long FIRST_STRETCH = 256;
    private static final long GROWTH = 16;
    private static final int EMPTY_POLLS = 20;
    private static final Duration POLL = Duration.ofMillis(500);

    private final Log log;
    private final WalEntryCodec codec;

    public WalTail(Log log, WalEntryCodec codec) {
        this.log = log;
        this.codec = codec;
    }

    /**
     * The last committed entry of a shard at this moment; empty where the partition holds none.
     *
     * @throws PoisonException it stands among entries that are none
     * @throws CdcException.Unavailable the log cannot be reached, or not read in 10 seconds
     */
    public Optional<LoggedEntry> find(LogPartition partition) {
        try {
            LogEnds ends = log.ends(partition);
            String topicId = log.topicId(partition.topic());
            long to = ends.lastStable();
            for (long stretch = FIRST_STRETCH; to > ends.start(); stretch *= GROWTH) {
                long from = Math.max(ends.start(), to - stretch);
                Optional<LoggedEntry> last = last(partition, WalStart.anywhere(topicId, LogPosition.of(from)), to);
                if (last.isPresent()) {
                    return last;
                }
                to = from;
            }
            return Optional.empty();
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, 0);
        }
    }

    private Optional<LoggedEntry> last(LogPartition partition, WalStart from, long to) {
        Optional<LoggedEntry> last = Optional.empty();
        int emptyPolls = 0;
        // The clock stands still: a tail is read too quickly for the topic to become another one.
        try (WalReader reader = WalReader.open(log, partition, codec, from, () -> 0)) {
            while (reader.position().offset() < to) {
                long before = reader.position().offset();
                List<LoggedEntry> entries = reader.poll(POLL);
                for (LoggedEntry entry : entries) {
                    last = entry.offset() < to ? Optional.of(entry) : last;
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
