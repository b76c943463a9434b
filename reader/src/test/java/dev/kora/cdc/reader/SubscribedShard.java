package dev.kora.cdc.reader;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Digest;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Both partitions of a shard, as a writer and an owner keep them, in small: SET and DEL are all there is. It knows the state at each
 * sequence.
 */
final class SubscribedShard {
    static final LogPartition WAL = new LogPartition("kora.wal", 0);
    static final LogPartition SNAPSHOT = new LogPartition("kora.snapshot", 0);

    final FakeLog log = new FakeLog().createTopic("kora.wal", 1).createTopic("kora.snapshot", 1);
    private final WalEntryCodec walCodec = new WalEntryCodec(7, SchemaSource.NONE);
    private final SnapshotRowCodec rowCodec = new SnapshotRowCodec(9, SchemaSource.NONE);
    final WalScript wal = new WalScript(log, WAL, walCodec);
    private final SnapshotScript snapshot = new SnapshotScript(log, SNAPSHOT, rowCodec, log.topicId(WAL.topic()));
    private final Map<Bytes, SnapshotRow> rows = new TreeMap<>();
    private final Map<Bytes, SnapshotRow> published = new TreeMap<>();
    private final Map<Long, Map<Bytes, SnapshotRow>> states = new HashMap<>(Map.of(0L, Map.of()));
    private SnapshotRow.@Nullable Checkpoint checkpoint;
    private SnapshotRow.@Nullable Skips skips;
    long nanos;

    ShardTopics topics() {
        return new ShardTopics(log, WAL, SNAPSHOT, walCodec, rowCodec, () -> nanos);
    }

    SubscribedShard open() {
        wal.open();
        states.put(wal.sequence(), Map.copyOf(rows));
        return this;
    }

    SubscribedShard set(String... keys) {
        List<WalEntry.Content> contents = new ArrayList<>();
        for (String key : keys) {
            contents.add(new WalRecord.Set(Bytes.utf8(key), Bytes.utf8(key + "@" + wal.sequence()), null));
        }
        return append(contents);
    }

    SubscribedShard append(List<? extends WalEntry.Content> contents) {
        long sequence = wal.sequence();
        for (WalEntry.Content content : contents) {
            apply(rows, new WalEntry(1, ++sequence, 0, content));
            states.put(sequence, Map.copyOf(rows));
        }
        wal.append(contents);
        return this;
    }

    /** What an entry does to rows. */
    static void apply(Map<Bytes, SnapshotRow> rows, WalEntry entry) {
        switch (entry.content()) {
            case WalRecord.Set set -> {
                var row = new SnapshotRow.Key(
                        set.key(), ValueType.STRING, set.value(), 0, 0, 0, SnapshotRow.NO_EXPIRY, entry.sequence(), 0);
                rows.put(RowKeys.of(row), row);
            }
            case WalRecord.Del del -> rows.remove(RowKeys.key(del.key()));
            case Control control -> {}
            default -> throw new IllegalStateException("not in this shard: " + entry);
        }
    }

    /** Takes the state at this moment into the compacted partition, as an owner does. */
    SubscribedShard materialize() {
        List<LogRecord> records = new ArrayList<>();
        for (Bytes gone : List.copyOf(published.keySet())) {
            if (!rows.containsKey(gone)) {
                records.add(LogRecord.of(0, gone, null, Map.of()));
            }
        }
        rows.forEach((rowKey, row) -> {
            if (!row.equals(published.get(rowKey))) {
                records.add(LogRecord.of(0, rowKey, rowCodec.encode(row), Map.of()));
            }
        });
        published.clear();
        published.putAll(rows);
        checkpoint = newCheckpoint();
        records.add(snapshot.checkpoint(checkpoint));
        snapshot.commitRecords(records);
        return this;
    }

    private SnapshotRow.Checkpoint newCheckpoint() {
        long digest = rows.values().stream().mapToLong(Digest::of).sum();
        LogEnds ends = log.ends(WAL);
        return new SnapshotRow.Checkpoint(
                ends.lastStable(),
                LogPosition.NO_EPOCH,
                log.topicId(WAL.topic()),
                wal.epoch(),
                null,
                null,
                rows.size(),
                rows.size(),
                digest,
                wal.sequence(),
                0,
                skips);
    }

    /** The owner was told to skip the record at an offset. */
    SubscribedShard skip(long offset) {
        skips = new SnapshotRow.Skips(1, offset, wal.epoch(), wal.sequence(), 0, "a test", 0);
        return this;
    }

    /** Deletes what the newest checkpoint covers, but for the last entry. */
    SubscribedShard truncate() {
        if (checkpoint != null) {
            long last = log.committed(WAL).getLast().offset();
            log.deleteBefore(WAL, Math.min(checkpoint.position(), last));
        }
        return this;
    }

    long walStart() {
        return log.ends(WAL).start();
    }

    /** The state behind the entry with a sequence. */
    Map<Bytes, SnapshotRow> state(long sequence) {
        Map<Bytes, SnapshotRow> state = states.get(sequence);
        if (state == null) {
            throw new AssertionError("no entry has sequence " + sequence);
        }
        return state;
    }

    long lastSequence() {
        return wal.sequence();
    }

    void abort() {
        wal.abort(List.of(wal.record(new WalEntry(wal.epoch(), wal.sequence() + 1, 0, Control.HEARTBEAT))));
    }

    void compact(long before, boolean dropTombstones) {
        log.compact(SNAPSHOT, before, dropTombstones);
    }
}
