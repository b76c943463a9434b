package dev.kora.cdc.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OpenPartsTest {
    private final OpenParts parts = new OpenParts();
    private final List<String> closed = new ArrayList<>();

    /** A part that says when it is closed, and may fail to. */
    private record Part(String name, List<String> closed) implements AutoCloseable {
        @Override
        public void close() {
            if (name.isEmpty()) {
                throw new IllegalStateException("cannot close");
            }
            closed.add(name);
        }
    }

    private Part part(String name) {
        return new Part(name, closed);
    }

    @Test
    void closesInReverseOrderOnceAndWhateverBecomesOfOne() {
        parts.add(part("broker"));
        parts.add(part(""));
        parts.add(part("gateway"));
        parts.close();
        parts.close();
        assertEquals(List.of("gateway", "broker"), closed);
    }

    /** A start goes on for a moment after it was told to stop; nothing that it opens may stay open. */
    @Test
    void whatIsOpenedAfterTheClosingIsClosedAtOnce() {
        parts.add(part("broker"));
        parts.close();
        assertTrue(parts.isClosed());
        var stopped = assertThrows(CdcException.Unavailable.class, () -> parts.add(part("gateway")));
        assertEquals("stopped while it was starting", stopped.getMessage());
        assertEquals(List.of("broker", "gateway"), closed);
    }
}
