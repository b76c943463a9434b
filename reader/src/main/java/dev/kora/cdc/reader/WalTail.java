package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.TailSearch;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalEntryCodec;
import java.util.Optional;

/** Finds the last committed entry of a shard, for status and lag ({@link TailSearch}). Thread-safe. */
public final class WalTail {
    private final Log log;
    private final TailSearch search;
    private final WalEntryCodec codec;

    public WalTail(Log log, WalEntryCodec codec) {
        this.log = log;
        this.search = new TailSearch(log, any -> true);
        this.codec = codec;
    }

    /**
     * The last committed entry of a shard at this moment; empty where the partition holds none.
     *
     * @throws PoisonException the last record is no entry
     * @throws CdcException.Unavailable the log, or the registry for an unknown schema, cannot be reached, or nothing was read
     *     in 10 seconds
     * @throws CdcException.Invalid the topic is missing or may not be read
     */
    public Optional<LoggedEntry> find(LogPartition partition) {
        try {
            return search.find(partition).map(last -> WalReader.decode(last, partition, codec));
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, 0);
        }
    }
}
