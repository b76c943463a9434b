package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.WalScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.WalEntryCodec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Records are shown as they stand around an offset, or it is said why none stands there. */
final class RecordWindowTest {
    private static final LogPartition WAL = new LogPartition("kora.wal", 0);

    private final FakeLog log = new FakeLog().createTopic("kora.wal", 1);
    private final WalScript script = new WalScript(log, WAL, new WalEntryCodec(7, SchemaSource.NONE));

    /** Offsets 0, 2, 6 and 8: the others are control records, and 4 is aborted. */
    private void write() {
        commit("a");
        commit("b");
        script.abort(List.of(record("x")));
        commit("c");
        commit("d");
    }

    private void commit(String value) {
        script.commit(List.of(record(value)));
    }

    private static LogRecord record(String value) {
        return LogRecord.of(5, null, Bytes.utf8(value), Map.of());
    }

    private RecordWindow read(long offset, int neighbours) {
        return RecordWindow.read(log, WAL, offset, neighbours);
    }

    private static List<Long> offsets(RecordWindow window) {
        return window.records().stream().map(LogRecord::offset).toList();
    }

    @Test
    void showsOneRecordAndItsNeighbours() {
        write();
        assertEquals(List.of(2L), offsets(read(2, 0)));
        assertEquals(Bytes.utf8("b"), read(2, 0).record().orElseThrow().value());
        assertEquals(List.of(0L, 2L, 6L), offsets(read(2, 1)));
        assertEquals(List.of(0L, 2L, 6L, 8L), offsets(read(6, 2)).subList(0, 4));
        assertEquals(List.of(0L, 2L, 6L, 8L), offsets(read(0, 100)));
        assertEquals(List.of(8L), offsets(read(8, 0)));
    }

    @Test
    void saysWhyNothingStandsThere() {
        write();
        assertTrue(read(4, 1).record().isEmpty());
        assertEquals(List.of(2L, 6L), offsets(read(4, 1)));
        assertTrue(read(4, 0).absence().contains("belongs to an aborted one"));
        assertTrue(read(100, 0).absence().contains("ends at offset 10: nothing stands at 100 yet"));
        log.deleteBefore(WAL, 2);
        assertTrue(read(0, 3).absence().contains("begins at offset 2"));
        assertEquals(List.of(), offsets(read(0, 3)));
    }
}
