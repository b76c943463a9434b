package dev.kora.cdc.consumer.store.rocks;

import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowFormat;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link StorePosition}: a persisted format. Numbers are big-endian.
 *
 * <pre>
 * position := version (1 byte, 01) snapshot offset (8) snapshot leader epoch (4) rows (8) keys (8) digest (8)
 *             length of the topic id (4) topic id (UTF-8) checkpoint (its canonical bytes; nothing where there is none)
 * </pre>
 */
final class PositionFormat {
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 1 + 4 * Long.BYTES + 2 * Integer.BYTES;

    private PositionFormat() {}

    static byte[] encode(StorePosition position) {
        byte[] topicId = Bytes.utf8(position.snapshotTopicId()).array();
        SnapshotRow.Checkpoint checkpoint = position.checkpoint();
        byte[] row = checkpoint == null ? new byte[0] : RowFormat.encode(checkpoint);
        return ByteBuffer.allocate(FIXED_BYTES + topicId.length + row.length)
                .put(VERSION)
                .putLong(position.snapshot().offset())
                .putInt(position.snapshot().leaderEpoch())
                .putLong(position.rows())
                .putLong(position.keys())
                .putLong(position.digest())
                .putInt(topicId.length)
                .put(topicId)
                .put(row)
                .array();
    }

    /** @throws CdcException.Corrupt the bytes are no position or one of another version */
    static StorePosition decode(byte[] bytes) {
        try {
            return read(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException e) {
            throw new CdcException.Corrupt("a store's position of %d bytes is cut short".formatted(bytes.length), e);
        }
    }

    private static StorePosition read(ByteBuffer from) {
        byte version = from.get();
        if (version != VERSION) {
            throw new CdcException.Corrupt(
                    "a store's position has version %d, this program reads version %d".formatted(version, VERSION));
        }
        LogPosition snapshot = new LogPosition(from.getLong(), from.getInt());
        long rows = from.getLong();
        long keys = from.getLong();
        long digest = from.getLong();
        String topicId = Bytes.of(take(from, from.getInt())).text();
        return new StorePosition(checkpoint(take(from, from.remaining())), topicId, snapshot, rows, keys, digest);
    }

    private static SnapshotRow.@Nullable Checkpoint checkpoint(byte[] row) {
        return row.length == 0 ? null : (SnapshotRow.Checkpoint) RowFormat.decode(RowKeys.CHECKPOINT, row);
    }

    private static byte[] take(ByteBuffer from, int length) {
        if (length < 0 || length > from.remaining()) {
            throw new CdcException.Corrupt(
                    "a store's position says %d bytes where %d are left".formatted(length, from.remaining()));
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
