package dev.kora.cdc.producer;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import org.jspecify.annotations.Nullable;

/**
 * A mutation and the shard whose log it belongs to.
 *
 * @param sourcePosition where the source goes on once this record is committed, as in {@link SourceWriter}; null where
 *     the source keeps no place
 * @param expiresAtMs when the key of a SET or EXPIRE ends, in milliseconds since 1970, or {@link Long#MAX_VALUE} for never; null
 *     where the record's time to live counts, from the time that the entry gets
 */
public record ShardRecord(
        int shard,
        WalRecord record,
        @Nullable Bytes sourcePosition,
        @Nullable Long expiresAtMs) {
    public ShardRecord(int shard, WalRecord record) {
        this(shard, record, null);
    }

    public ShardRecord(int shard, WalRecord record, @Nullable Bytes sourcePosition) {
        this(shard, record, sourcePosition, null);
    }
}
