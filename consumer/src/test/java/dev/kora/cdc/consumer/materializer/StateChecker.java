package dev.kora.cdc.consumer.materializer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.kora.cdc.consumer.store.StorePosition;
import dev.kora.cdc.consumer.store.Tally;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Holds a materialised shard to what is promised: store and compacted partition have the rows that one straight fold of the
 * WAL leads to, count and digest say so, and position and group offset stand behind the last entry. No lost, doubled or
 * resurrected change can pass.
 */
final class StateChecker {
    private StateChecker() {}

    /** Checks a shard whose WAL is drained. */
    static void check(MaterializerRig rig) {
        Map<Bytes, SnapshotRow> expected = rig.expectedRows();
        assertRows(expected, MaterializerRig.rows(rig.store), "the store");
        assertRows(expected, rig.publishedRows(), "the compacted partition");
        checkPosition(rig, rig.store.position(), MaterializerRig.tally(expected));
    }

    private static void assertRows(Map<Bytes, SnapshotRow> expected, Map<Bytes, SnapshotRow> actual, String where) {
        if (!expected.equals(actual)) {
            Set<Map.Entry<Bytes, SnapshotRow>> missing = new LinkedHashSet<>(expected.entrySet());
            missing.removeAll(actual.entrySet());
            Set<Map.Entry<Bytes, SnapshotRow>> wrong = new LinkedHashSet<>(actual.entrySet());
            wrong.removeAll(expected.entrySet());
            throw new AssertionError("%s lacks %s and has %s instead".formatted(where, missing, wrong));
        }
    }

    private static void checkPosition(MaterializerRig rig, StorePosition position, Tally tally) {
        SnapshotRow.Checkpoint checkpoint = position.checkpoint();
        assertNotNull(checkpoint, "the store stands at a checkpoint");
        assertEquals(rig.checkpoints().getLast(), checkpoint, "the newest checkpoint");
        assertEquals(rig.wal.sequence(), checkpoint.sequence(), "sequence");
        long last = rig.log.committed(MaterializerRig.WAL).getLast().offset();
        assertEquals(last + 1, checkpoint.position(), "position");
        assertEquals(tally.rows(), checkpoint.rows(), "row count");
        assertEquals(tally.keys(), checkpoint.keys(), "key count");
        assertEquals(tally.digest(), checkpoint.digest(), "digest");
        assertEquals(tally.rows(), position.rows(), "row count of the store");
        assertEquals(tally.keys(), position.keys(), "key count of the store");
        assertEquals(tally.digest(), position.digest(), "digest of the store");
        assertEquals(
                rig.published().getLast().offset() + 1, position.snapshot().offset(), "just behind the checkpoint");
        assertEquals(
                OptionalLong.of(checkpoint.position()),
                rig.log.committedOffset(MaterializerRig.GROUP, MaterializerRig.WAL),
                "the group's offset");
    }
}
