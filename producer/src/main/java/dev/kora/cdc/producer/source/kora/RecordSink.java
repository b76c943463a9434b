package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;

/** Where a follower's records go: the shard's writer. */
interface RecordSink {

    /**
     * Takes a record together with the place behind it; never waits.
     *
     * @return false where there is no room now; nothing was taken, offer it again later
     * @throws CdcException.Invalid the record is beyond what can be carried
     * @throws CdcException.Fenced nothing will be taken any more
     */
    boolean offer(WalRecord record, SourcePosition position);
}
