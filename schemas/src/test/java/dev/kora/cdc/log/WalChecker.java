package dev.kora.cdc.log;

import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a shard of a WAL to what its readers are promised: from the first entry on, sequences are contiguous, the epoch rises by
 * one and only where a writer opens, and time never goes back. A lost, doubled or reordered entry cannot pass. Invariant I1
 * of docs/architecture.md.
 */
public final class WalChecker {
    private final LogPartition partition;
    private long sequence;
    private long epoch;
    private long timeMs = Long.MIN_VALUE;

    /** For a shard whose entries are accepted one by one, from its first one on. */
    public WalChecker(LogPartition partition) {
        this.partition = partition;
    }

    /** Checks the next entry. */
    public void accept(WalEntry entry) {
        boolean opens = entry.content() == Control.WRITER_OPENED;
        require(partition, entry, "sequence", ++sequence, entry.sequence());
        require(partition, entry, "epoch", opens ? epoch + 1 : epoch, entry.epoch());
        require(partition, entry, "time", Math.max(timeMs, entry.timeMs()), entry.timeMs());
        epoch = entry.epoch();
        timeMs = entry.timeMs();
    }

    /** How many entries were accepted. */
    public long entries() {
        return sequence;
    }

    /** Reads a whole shard, read committed, and checks it. */
    public static List<WalEntry> check(Log log, LogPartition partition, WalEntryCodec codec) {
        List<WalEntry> entries = read(log, partition, codec);
        check(partition, entries);
        return entries;
    }

    /** Checks the entries of a shard, from its first one on. */
    public static void check(LogPartition partition, List<WalEntry> entries) {
        entries.forEach(new WalChecker(partition)::accept);
    }

    /** The committed entries of a shard, in order, up to its last stable offset. */
    public static List<WalEntry> read(Log log, LogPartition partition, WalEntryCodec codec) {
        List<WalEntry> entries = new ArrayList<>();
        LogEnds ends = log.ends(partition);
        try (LogReader reader = log.openReader(partition, LogPosition.of(ends.start()))) {
            while (reader.position().offset() < ends.lastStable()) {
                for (LogRecord each : reader.poll(Duration.ofSeconds(1))) {
                    if (each.value() == null) {
                        throw new AssertionError(partition + " offset " + each.offset() + " has no value");
                    }
                    entries.add(codec.decode(each.key(), each.value(), each.timestampMs()));
                }
            }
        }
        return entries;
    }

    private static void require(LogPartition partition, WalEntry entry, String what, long expected, long actual) {
        if (expected != actual) {
            throw new AssertionError(
                    "%s: %s is %d, expected %d, at %s".formatted(partition, what, actual, expected, entry));
        }
    }
}
