package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.TailSearch;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;

/** Finds the last committed entry of a shard, and what it says of where the shard goes on. Thread-safe. */
final class LogTailReader {
    private final Log log;
    private final TailSearch search;
    private final WalEntryCodec codec;

    LogTailReader(Log log, WalEntryCodec codec) {
        this.log = log;
        this.search = new TailSearch(log, any -> true);
        this.codec = codec;
    }

    /**
     * Reads the tail of a partition below its last stable offset.
     *
     * @throws LogException the log cannot be read
     * @throws CdcException.Corrupt the last entry cannot be decoded, or is gone
     */
    LogTail read(LogPartition partition) {
        return search.find(partition).map(last -> decode(partition, last)).orElseGet(() -> beginning(partition));
    }

    private LogTail beginning(LogPartition partition) {
        long start = log.ends(partition).start();
        if (start > 0) {
            throw new CdcException.Corrupt(
                    "%s starts at %d, and no entry is left in it: its sequences cannot go on. The last entry must never be deleted; create the database's topics anew"
                            .formatted(partition, start));
        }
        return LogTail.EMPTY;
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
