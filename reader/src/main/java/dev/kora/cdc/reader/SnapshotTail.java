package dev.kora.cdc.reader;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.TailSearch;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import java.util.Optional;

/** Finds the last committed checkpoint of a shard, for status and lag ({@link TailSearch}). Thread-safe. */
public final class SnapshotTail {
    private final Log log;
    private final TailSearch search;
    private final SnapshotRowCodec codec;

    public SnapshotTail(Log log, SnapshotRowCodec codec) {
        this.log = log;
        this.search = new TailSearch(log, logged -> RowKeys.CHECKPOINT.equals(logged.key()));
        this.codec = codec;
    }

    /**
     * The last committed checkpoint of a shard at this moment; empty where the compacted partition holds none. Whether the
     * rows before it match it is not looked at; that is the business of {@link SnapshotBootstrap}.
     *
     * @throws PoisonException what stands in the last checkpoint's place is none
     * @throws CdcException.Unavailable the log, or the registry for an unknown schema, cannot be reached, or nothing was read
     *     in 10 seconds
     * @throws CdcException.Invalid the topic is missing or may not be read
     */
    public Optional<SnapshotRow.Checkpoint> find(LogPartition partition) {
        try {
            SnapshotRecords records = new SnapshotRecords(partition, codec);
            return search.find(partition).map(last -> (SnapshotRow.Checkpoint) records.decode(last));
        } catch (LogException e) {
            throw LogFailures.translate(e, log, partition, 0);
        }
    }
}
