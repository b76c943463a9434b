package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TailsTest {
    private static final LogPartition WAL = new LogPartition("kora.wal", 1);
    private static final LogPartition SNAPSHOT = new LogPartition("kora.snapshot", 1);

    private final WalEntryCodec entries = new WalEntryCodec(7, SchemaSource.NONE);
    private final SnapshotRowCodec rows = new SnapshotRowCodec(8, SchemaSource.NONE);
    private final FakeLog log = new FakeLog().createTopic("kora.wal", 2).createTopic("kora.snapshot", 2);
    private final WalScript wal = new WalScript(log, WAL, entries);
    private final SnapshotScript snapshot = new SnapshotScript(log, SNAPSHOT, rows, log.topicId("kora.wal"));
    private final WalTail walTail = new WalTail(log, entries);
    private final SnapshotTail snapshotTail = new SnapshotTail(log, rows);

    @Test
    void anEmptyPartitionHasNeither() {
        assertTrue(walTail.find(WAL).isEmpty());
        assertTrue(snapshotTail.find(SNAPSHOT).isEmpty());
        wal.abort(List.of(heartbeat()));
        assertTrue(walTail.find(WAL).isEmpty(), "aborted");
    }

    @Test
    void findsTheLastEntryBehindAnyNumberOfAbortedOnes() {
        wal.open().append(set("a"));
        wal.abort(Collections.nCopies(10_000, heartbeat()));
        assertEquals(set("a"), walTail.find(WAL).orElseThrow().entry().content());
        assertEquals(2, walTail.find(WAL).orElseThrow().offset());
    }

    @Test
    void leavesOutWhatIsNotDecided() {
        wal.open().append(set("a"));
        LogWriter other = log.openWriter("other", Duration.ofSeconds(15));
        other.initialize();
        other.begin();
        other.send(WAL, heartbeat());
        assertEquals(2, walTail.find(WAL).orElseThrow().entry().sequence());
    }

    @Test
    void saysWhereALastRecordStandsThatIsNoEntry() {
        wal.open().commit(List.of(LogRecord.of(0, null, Bytes.utf8("rubbish"), Map.of())));
        assertEquals(
                2, assertThrows(PoisonException.class, () -> walTail.find(WAL)).offset());
    }

    @Test
    void findsTheLastCheckpointThoughACommitOfManyRowsIsUnderWay() {
        snapshot.commit(member("a")).commit(member("b"));
        snapshot.abort(Collections.nCopies(5_000, member("c")).toArray(SnapshotRow[]::new));
        SnapshotRow.Checkpoint last = snapshotTail.find(SNAPSHOT).orElseThrow();
        assertEquals(snapshot.checkpoint(), last);
        assertEquals(2, last.rows());
    }

    @Test
    void aCheckpointIsNeverRemoved() {
        snapshot.commit(member("a")).commitRecords(List.of(LogRecord.of(0, RowKeys.CHECKPOINT, null, Map.of())));
        assertThrows(PoisonException.class, () -> snapshotTail.find(SNAPSHOT));
    }

    @Test
    void beginsAgainWhereTheLogIsTruncatedMeanwhile() {
        wal.open().append(set("a"), set("b"));
        log.beforeNext(Op.POLL, () -> log.deleteBefore(WAL, 3));
        assertEquals(3, walTail.find(WAL).orElseThrow().entry().sequence());
    }

    @Test
    void tellsFailuresApart() {
        assertThrows(CdcException.Invalid.class, () -> walTail.find(new LogPartition("other.wal", 0)));
        log.failNext(Op.ENDS, LogException.Kind.TIMED_OUT);
        assertThrows(CdcException.Unavailable.class, () -> walTail.find(WAL));
    }

    private LogRecord heartbeat() {
        return wal.record(new WalEntry(1, 99, 0, Control.HEARTBEAT));
    }

    private static WalRecord.Set set(String key) {
        return new WalRecord.Set(Bytes.utf8(key), Bytes.utf8("v"), null);
    }

    private static SnapshotRow member(String member) {
        return new SnapshotRow.SetMember(Bytes.utf8("k"), Bytes.utf8(member), 1, 1);
    }
}
