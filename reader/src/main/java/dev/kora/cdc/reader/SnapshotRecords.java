package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import org.jspecify.annotations.Nullable;

/** Makes rows of the records of a compacted partition, or says where one stands that is none. Thread-safe. */
final class SnapshotRecords {
    private final LogPartition partition;
    private final SnapshotRowCodec codec;

    SnapshotRecords(LogPartition partition, SnapshotRowCodec codec) {
        this.partition = partition;
        this.codec = codec;
    }

    /**
     * The row of a record, which is never a checkpoint's removal; null where another row is removed.
     *
     * @throws PoisonException the record is no row
     */
    @Nullable
    SnapshotRow decode(LogRecord logged) {
        Bytes rowKey = keyOf(logged);
        Bytes value = logged.value();
        try {
            if (value == null) {
                return removed(logged, rowKey);
            }
            codec.checkFingerprint(value, logged.headers());
            return codec.decode(rowKey, value);
        } catch (PoisonException e) {
            throw e;
        } catch (CdcException.Corrupt e) {
            throw poison(logged, "a row of the snapshot", String.valueOf(e.getMessage()), e);
        }
    }

    /** The row key of a record. */
    Bytes keyOf(LogRecord logged) {
        Bytes rowKey = logged.key();
        if (rowKey == null) {
            throw poison(logged, "a record with a row key", "one without a key", null);
        }
        return rowKey;
    }

    private @Nullable SnapshotRow removed(LogRecord logged, Bytes rowKey) {
        if (RowKeys.parse(rowKey).kind() == RowKind.CHECKPOINT) {
            throw poison(logged, "a checkpoint", "a tombstone in its place", null);
        }
        return null;
    }

    private PoisonException poison(
            LogRecord logged, String expected, String actual, CdcException.@Nullable Corrupt cause) {
        return new PoisonException(partition, logged.offset(), expected, actual, cause);
    }
}
