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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An offset of a partition with the committed records around it, as they are: nothing is decoded or verified.
 *
 * @param ends of the partition
 * @param records in order: some before the offset, the one at it if there is one, some behind it
 */
public record RecordWindow(LogPartition partition, long offset, LogEnds ends, List<LogRecord> records) {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int EMPTY_POLLS = 20;
    /** A control record, and then some aborted ones, may stand before each record. */
    private static final int OFFSETS_A_RECORD = 16;

    public RecordWindow {
        records = List.copyOf(records);
    }

    /**
     * Reads the records around an offset.
     *
     * @param neighbours how many to read before and behind it, at most; there may be fewer
     * @throws CdcException.Unavailable the partition cannot be reached, or nothing was read for 10 seconds
     * @throws CdcException.Invalid the topic is missing or may not be read
     */
    public static RecordWindow read(Log log, LogPartition partition, long offset, int neighbours) {
        try {
            LogEnds ends = log.ends(partition);
            boolean there = offset >= ends.start() && offset < ends.lastStable();
            List<LogRecord> records = there ? read(log, partition, offset, neighbours, ends) : List.of();
            return new RecordWindow(partition, offset, ends, records);
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, offset);
        }
    }

    private static List<LogRecord> read(Log log, LogPartition partition, long offset, int neighbours, LogEnds ends) {
        long from = Math.max(ends.start(), offset - (long) neighbours * OFFSETS_A_RECORD);
        List<LogRecord> before = new ArrayList<>();
        List<LogRecord> behind = new ArrayList<>();
        int emptyPolls = 0;
        try (LogReader reader = log.openReader(partition, LogPosition.of(from))) {
            while (reader.position().offset() < ends.lastStable() && behind.size() <= neighbours) {
                long stood = reader.position().offset();
                for (LogRecord each : reader.poll(POLL)) {
                    (each.offset() < offset ? before : behind).add(each);
                }
                emptyPolls = reader.position().offset() > stood ? 0 : emptyPolls + 1;
                if (emptyPolls == EMPTY_POLLS) {
                    throw new CdcException.Unavailable(
                            "%s: nothing could be read from offset %d on".formatted(partition, stood), null);
                }
            }
        }
        return window(offset, neighbours, before, behind);
    }

    private static List<LogRecord> window(long offset, int neighbours, List<LogRecord> before, List<LogRecord> behind) {
        boolean there = !behind.isEmpty() && behind.getFirst().offset() == offset;
        int last = Math.min(behind.size(), neighbours + (there ? 1 : 0));
        List<LogRecord> window =
                new ArrayList<>(before.subList(Math.max(0, before.size() - neighbours), before.size()));
        window.addAll(behind.subList(0, last));
        return window;
    }

    /** The record at the offset; empty where no committed one stands there. */
    public Optional<LogRecord> record() {
        return records.stream().filter(each -> each.offset() == offset).findFirst();
    }

    /** Why there is no committed record at the offset, in a sentence. */
    public String absence() {
        if (offset < ends.start()) {
            return "%s begins at offset %d: what stood at %d was deleted".formatted(partition, ends.start(), offset);
        }
        if (offset >= ends.highWatermark()) {
            return "%s ends at offset %d: nothing stands at %d yet".formatted(partition, ends.highWatermark(), offset);
        }
        return offset >= ends.lastStable()
                ? "an open transaction stands in %s from offset %d on: what stands at %d is not decided yet"
                        .formatted(partition, ends.lastStable(), offset)
                : "no reader is shown a record at offset %d of %s: it is the end of a transaction, belongs to an aborted one, or was compacted away"
                        .formatted(offset, partition);
    }
}
