package dev.kora.cdc.log;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaFingerprint;
import dev.kora.cdc.schema.Schemas;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes a shard's compacted partition as its owner would, and knows the state that it stands for. Not thread-safe.
 *
 * <p>Each commit's checkpoint has the number of the commit as sequence and ten times that as WAL position.
 */
public final class SnapshotScript implements AutoCloseable {
    private final SnapshotRowCodec codec;
    private final String walTopicId;
    private final ScriptWriter writer;
    private final Map<Bytes, SnapshotRow> rows = new TreeMap<>();
    private long commits;

    public SnapshotScript(Log log, LogPartition partition, SnapshotRowCodec codec, String walTopicId) {
        this.codec = codec;
        this.walTopicId = walTopicId;
        this.writer = new ScriptWriter(log, partition);
    }

    /** Commits deletions, rows and the checkpoint over them. */
    public SnapshotScript commit(List<Bytes> deletions, List<? extends SnapshotRow> puts) {
        List<LogRecord> records = new ArrayList<>();
        deletions.forEach(rowKey -> {
            rows.remove(rowKey);
            records.add(LogRecord.of(0, rowKey, null, Map.of()));
        });
        puts.forEach(row -> {
            rows.put(RowKeys.of(row), row);
            records.add(LogRecord.of(0, RowKeys.of(row), codec.encode(row), Map.of()));
        });
        commits++;
        records.add(checkpoint(checkpoint()));
        return commitRecords(records);
    }

    /** Commits rows and the checkpoint over them. */
    public SnapshotScript commit(SnapshotRow... puts) {
        return commit(List.of(), List.of(puts));
    }

    /** Commits records as they are. */
    public SnapshotScript commitRecords(List<LogRecord> records) {
        writer.commit(records);
        return this;
    }

    /** Leaves aborted records behind. */
    public SnapshotScript abort(SnapshotRow... puts) {
        writer.abort(Stream.of(puts)
                .map(row -> LogRecord.of(0, RowKeys.of(row), codec.encode(row), Map.of()))
                .toList());
        return this;
    }

    /** The record of a checkpoint. */
    public LogRecord checkpoint(SnapshotRow.Checkpoint checkpoint) {
        return LogRecord.of(
                0, RowKeys.CHECKPOINT, codec.encode(checkpoint), SchemaFingerprint.header(Schemas.SNAPSHOT_ROW));
    }

    /** The checkpoint over the state as it is now. */
    public SnapshotRow.Checkpoint checkpoint() {
        long digest = rows.values().stream().mapToLong(Digest::of).sum();
        long keys = rows.values().stream()
                .filter(row -> row instanceof SnapshotRow.Key)
                .count();
        return new SnapshotRow.Checkpoint(
                10 * commits, 0, walTopicId, 1, null, null, rows.size(), keys, digest, commits, commits);
    }

    /** The state as it is now, by row key. */
    public Map<Bytes, SnapshotRow> state() {
        return Map.copyOf(rows);
    }

    @Override
    public void close() {
        writer.close();
    }
}
