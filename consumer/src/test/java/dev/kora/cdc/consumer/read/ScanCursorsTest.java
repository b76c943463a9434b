package dev.kora.cdc.consumer.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScanCursorsTest {
    private static final long CURSOR_OF_A = 124_099_206_160_973L;
    private static final Bytes A = Bytes.utf8("a");
    private static final Bytes B = Bytes.utf8("b");
    private static final Bytes C = Bytes.utf8("c");

    @Test
    void aCursorIsPositiveAndNamesItsSection() {
        for (int section : new int[] {0, 1, 77, ScanCursors.SECTIONS - 1}) {
            for (Bytes rowKey : new Bytes[] {Bytes.EMPTY, A, B}) {
                long cursor = ScanCursors.of(section, rowKey);
                assertTrue(cursor > 0);
                assertEquals(section, ScanCursors.section(cursor));
            }
        }
    }

    /** Clients keep cursors over restarts and updates. */
    @Test
    void cursorsAreTheSameForEver() {
        assertEquals(CURSOR_OF_A, ScanCursors.of(0, A));
        assertEquals(CURSOR_OF_A + (3L << 47), ScanCursors.of(3, A));
    }

    @Test
    void thePlacesUsedLastAreRemembered() {
        ScanCursors cursors = new ScanCursors(2, 100);
        long a = cursors.remember(0, A).orElseThrow();
        long b = cursors.remember(0, B).orElseThrow();
        assertEquals(Optional.of(A), cursors.rowKey(a));
        long c = cursors.remember(0, C).orElseThrow();
        assertEquals(Optional.of(A), cursors.rowKey(a));
        assertEquals(Optional.empty(), cursors.rowKey(b));
        assertEquals(Optional.of(C), cursors.rowKey(c));
        assertEquals(a, cursors.remember(0, A).orElseThrow());
    }

    @Test
    void theRowKeysRememberedAreBounded() {
        ScanCursors cursors = new ScanCursors(1_000, 10);
        long first = cursors.remember(0, Bytes.utf8("123456")).orElseThrow();
        long second = cursors.remember(0, Bytes.utf8("654321")).orElseThrow();
        assertEquals(Optional.empty(), cursors.rowKey(first));
        assertTrue(cursors.rowKey(second).isPresent());
        long large = cursors.remember(0, Bytes.utf8("x".repeat(11))).orElseThrow();
        assertEquals(Optional.empty(), cursors.rowKey(large));
        assertEquals(Optional.empty(), cursors.rowKey(second));
    }
}
