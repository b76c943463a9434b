package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The last committed entry of a shard, as the log has it.
 *
 * @param epoch 0 where the shard has no entry
 * @param sequence 0 where the shard has no entry
 * @param timeMs 0 where the shard has no entry
 * @param sourcePosition as of that entry, or null
 */
record LogTail(
        long epoch, long sequence, long timeMs, @Nullable Bytes sourcePosition) {
    static final LogTail EMPTY = new LogTail(0, 0, 0, null);
}
