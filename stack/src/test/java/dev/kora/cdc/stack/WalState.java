package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.kora.cdc.consumer.fold.Fold;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Overlay;
import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.Rows;
import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.consumer.store.TombstoneSink;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Holds a shard to what is promised of it: its store and its compacted partition have exactly the rows that one straight fold
 * of its whole WAL leads to, and the checkpoint's row count and digest say so.
 */
public final class WalState {
    public static final WalEntryCodec CODEC = new WalEntryCodec(1, SchemaSource.NONE);
    public static final SnapshotRowCodec ROW_CODEC = new SnapshotRowCodec(2, SchemaSource.NONE);

    private WalState() {}

    /** Checks a shard whose WAL is drained. */
    public static void check(Log log, String database, int shard, ShardAccess.Views views) {
        List<WalEntry> entries = WalChecker.check(log, new LogPartition(TopicNames.wal(database), shard), CODEC);
        Map<Bytes, SnapshotRow> expected = fold(entries);
        try (StoreView view = views.open()) {
            assertEquals(expected, rows(view), "rows of the store");
            SnapshotRow.Checkpoint checkpoint = view.position().checkpoint();
            assertNotNull(checkpoint);
            assertEquals(entries.getLast().sequence(), checkpoint.sequence(), "sequence");
            Tally tally = new Tally();
            expected.values().forEach(tally::add);
            assertEquals(tally.rows(), checkpoint.rows(), "row count");
            assertEquals(tally.keys(), checkpoint.keys(), "key count");
            assertEquals(tally.digest(), checkpoint.digest(), "digest");
        }
        LogPartition snapshot = new LogPartition(TopicNames.snapshot(database), shard);
        assertEquals(expected, published(log, snapshot), "rows of the compacted partition");
    }

    private static Map<Bytes, SnapshotRow> fold(List<WalEntry> entries) {
        MemoryStore folded = new MemoryStore();
        try (Overlay overlay = new Overlay(folded, StorePosition.EMPTY, TombstoneSink.NONE)) {
            entries.forEach(entry -> Fold.apply(entry, overlay));
            folded.apply(overlay.seal().toBatch(null, "", LogPosition.of(0)));
        }
        return rows(folded);
    }

    private static Map<Bytes, SnapshotRow> rows(Rows from) {
        Map<Bytes, SnapshotRow> rows = new TreeMap<>();
        try (RowCursor cursor = from.scan(Bytes.EMPTY, null)) {
            while (cursor.next()) {
                rows.put(cursor.rowKey(), cursor.row());
            }
        }
        return rows;
    }

    private static Map<Bytes, SnapshotRow> published(Log log, LogPartition partition) {
        Map<Bytes, SnapshotRow> rows = new TreeMap<>();
        LogEnds ends = log.ends(partition);
        try (LogReader reader = log.openReader(partition, LogPosition.of(ends.start()))) {
            while (reader.position().offset() < ends.lastStable()) {
                for (LogRecord each : reader.poll(Duration.ofSeconds(1))) {
                    Bytes rowKey = Objects.requireNonNull(each.key());
                    if (each.value() == null) {
                        rows.remove(rowKey);
                    } else if (!rowKey.equals(RowKeys.CHECKPOINT)) {
                        rows.put(rowKey, ROW_CODEC.decode(rowKey, each.value()));
                    }
                }
            }
        }
        return rows;
    }
}
