package dev.kora.cdc.producer.source.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.GoldenFile;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Line positions stand in topics that outlive this program: their bytes are pinned. */
final class LinePositionFormatTest {
    private static final String FIRST =
            "00000001" + "0000000000000001" + "0000000000000022" + "cafebabe" + "00000022" + "deadbeef";

    private final Map<String, LinePosition> positions = new LinkedHashMap<>();

    LinePositionFormatTest() {
        positions.put("first_line", new LinePosition(1, 1, 34, 0xcafebabe, 34, 0xdeadbeef));
        positions.put("second_load", new LinePosition(2, 5_000_000_000L, 1L << 40, -1, 64 << 20, 7));
    }

    @Test
    void pinsPositions() {
        Map<String, Bytes> bytes = new LinkedHashMap<>();
        positions.forEach((name, position) -> bytes.put(name, position.encode()));
        GoldenFile.of("line-positions").check(bytes);
    }

    @Test
    void readsWhatIsPinned() {
        GoldenFile.of("line-positions")
                .pinned()
                .forEach((name, bytes) -> assertEquals(positions.get(name), LinePosition.decode(bytes), name));
    }

    @Test
    void pinsTheChecksums() {
        Line line = new Line(1, 3, 3, Bytes.utf8("{}\n"), 5);
        assertEquals(new LinePosition(9, 1, 3, 5, 3, 0xf01f9d27), line.position(9));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThrows(CdcException.Corrupt.class, () -> LinePosition.decode(hex("4a02" + FIRST)));
        assertThrows(CdcException.Corrupt.class, () -> LinePosition.decode(hex("4a01" + FIRST + "00")));
        assertThrows(CdcException.Corrupt.class, () -> LinePosition.decode(hex("4a01" + FIRST.substring(2))));
        assertThrows(CdcException.Corrupt.class, () -> LinePosition.decode(hex("4a01" + "0".repeat(FIRST.length()))));
        CdcException.Invalid koras =
                assertThrows(CdcException.Invalid.class, () -> LinePosition.decode(hex("0100" + FIRST)));
        assertTrue(String.valueOf(koras.getMessage()).contains("Kora directory"), koras.toString());
    }

    private static Bytes hex(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }
}
