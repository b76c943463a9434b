package dev.kora.cdc.producer;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * A mutation and the shard whose log it belongs to.
 *
 * @param sourcePosition where the source goes on once this record is committed, as in {@link SourceWriter}; null where
 *     the source keeps no place
 */
public record ShardRecord(
        int shard, WalRecord record, @Nullable Bytes sourcePosition) {
    public ShardRecord(int shard, WalRecord record) {
        this(shard, record, null);
    }
}
