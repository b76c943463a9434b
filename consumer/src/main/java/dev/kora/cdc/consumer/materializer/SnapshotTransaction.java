package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.Tombstone;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one commit sends to the log, in this order: tombstones, as they come up; rows; the checkpoint over them and the
 * group's offset. Not thread-safe.
 */
final class SnapshotTransaction implements TombstoneSink {
    private static final int SCRATCH_BYTES = 4 * 1024;
    private static final Map<String, Bytes> CHECKPOINT_HEADERS = SchemaFingerprint.header(Schemas.SNAPSHOT_ROW);

    private final ShardSetup setup;
    private final LogWriter writer;
    private final long nowMs;
    private ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
    private @Nullable Tombstone lastTombstone;
    private Map<String, Bytes> lastHeaders = Map.of();

    /** Makes a transaction of what is sent from now on; it must have been begun. */
    SnapshotTransaction(ShardSetup setup, LogWriter writer) {
        this.setup = setup;
        this.writer = writer;
        this.nowMs = setup.nowMs();
    }

    @Override
    public void tombstone(Bytes rowKey, Tombstone tombstone) {
        // Those of a collection are all alike.
        if (!tombstone.equals(lastTombstone)) {
            lastTombstone = tombstone;
            lastHeaders = tombstone.toHeaders();
        }
        send(rowKey, null, lastHeaders);
    }

    /** Sends the rows that a commit leaves; the tombstones of the others have been sent. */
    void sendRows(List<StoreBatch.Change> changes) {
        for (StoreBatch.Change change : changes) {
            SnapshotRow row = change.row();
            if (row != null) {
                send(change.rowKey(), encode(row), Map.of());
            }
        }
    }

    /** Sends what ends the commit: from here on the rows are the state at the checkpoint's position. */
    void sendCheckpoint(SnapshotRow.Checkpoint checkpoint) {
        send(RowKeys.CHECKPOINT, encode(checkpoint), CHECKPOINT_HEADERS);
        LogPosition position = new LogPosition(checkpoint.position(), checkpoint.leaderEpoch());
        writer.sendOffset(setup.membership(), setup.wal(), position);
    }

    private void send(Bytes rowKey, @Nullable Bytes value, Map<String, Bytes> headers) {
        writer.send(setup.snapshot(), LogRecord.of(nowMs, rowKey, value, headers));
    }

    private Bytes encode(SnapshotRow row) {
        int size = SnapshotRowCodec.maxEncodedSize(row);
        if (scratch.capacity() < size) {
            scratch = ByteBuffer.allocate(size);
        }
        scratch.clear();
        setup.all().rowCodec().encode(row, scratch);
        return Bytes.of(Arrays.copyOf(scratch.array(), scratch.position()));
    }
}
