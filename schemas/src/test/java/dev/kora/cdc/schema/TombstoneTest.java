package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TombstoneTest {
    private static final Tombstone GONE =
            new Tombstone(RowKind.HASH_FIELD, ValueType.HASH, Tombstone.Reason.TYPE_CHANGE, Long.MAX_VALUE);

    @Test
    void saysWhyInItsHeaders() {
        for (RowKind kind : RowKind.values()) {
            for (ValueType type : ValueType.values()) {
                for (Tombstone.Reason reason : Tombstone.Reason.values()) {
                    Tombstone tombstone = new Tombstone(kind, type, reason, 17);
                    assertEquals(tombstone, Tombstone.ofHeaders(tombstone.toHeaders()));
                }
            }
        }
        assertEquals(GONE, Tombstone.ofHeaders(GONE.toHeaders()));
    }

    @Test
    void refusesHeadersThatLackAWordOrHaveAStrangeOne() {
        for (String name : List.of(Headers.KIND, Headers.TYPE, Headers.REASON, Headers.SEQUENCE)) {
            Map<String, Bytes> headers = new HashMap<>(GONE.toHeaders());
            headers.put(name, Bytes.utf8("strange"));
            refuses(headers, "'strange'");
            headers.remove(name);
            refuses(headers, "'" + name + "'");
        }
    }

    private static void refuses(Map<String, Bytes> headers, String word) {
        String message = String.valueOf(assertThrows(CdcException.Corrupt.class, () -> Tombstone.ofHeaders(headers))
                .getMessage());
        assertTrue(message.contains(word), message);
    }

    @Test
    void ignoresHeadersOfOthers() {
        Map<String, Bytes> headers = new HashMap<>(GONE.toHeaders());
        headers.put("traceparent", Bytes.EMPTY);
        assertEquals(GONE, Tombstone.ofHeaders(headers));
    }
}
