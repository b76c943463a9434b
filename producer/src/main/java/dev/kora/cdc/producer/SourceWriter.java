package dev.kora.cdc.producer;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.schema.WalWriter;

/**
 * A {@link WalWriter} that can also note where its source stood, in the same commit as the record.
 *
 * <p>A source that follows files asks {@link Publisher#sourcePosition} where to go on: what is committed up to that position
 * is neither read again nor skipped. A position is opaque bytes; every commit of a shard carries its newest one, so it outlives
 * heartbeats and truncation. Used by one thread at a time.
 */
public interface SourceWriter extends WalWriter {

    /**
     * Takes a record together with the position behind it.
     *
     * @param sourcePosition where the source goes on once this record is committed
     * @return as {@link WalWriter#append(WalRecord)}
     * @throws CdcException as {@link WalWriter#append(WalRecord)}
     */
    long append(WalRecord record, Bytes sourcePosition);
}
