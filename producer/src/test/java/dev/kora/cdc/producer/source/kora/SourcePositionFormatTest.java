package dev.kora.cdc.producer.source.kora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.GoldenFile;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Source positions stand in topics that outlive this program: their bytes are pinned. */
final class SourcePositionFormatTest {
    private static final SourcePosition.Mark LOG = new SourcePosition.Mark(0x1122334455L, 0xcafebabe, 4096, 4000, 7);
    private static final SourcePosition.Mark OLD = new SourcePosition.Mark(9, 1, 20, 0, 1);
    private static final String LOG_HEX =
            "0000001122334455" + "cafebabe" + "0000000000001000" + "0000000000000fa0" + "00000007";

    private final Map<String, SourcePosition> positions = new LinkedHashMap<>();

    SourcePositionFormatTest() {
        var snapshot = new SourcePosition.Snapshot(0xdeadbeef, 511, true);
        positions.put("start", new SourcePosition(SourcePosition.Mark.start(0x1122334455L, 0), null, null));
        positions.put("log", new SourcePosition(LOG, null, null));
        positions.put("log_and_old", new SourcePosition(LOG, OLD, null));
        positions.put("log_and_snapshot", new SourcePosition(LOG, null, snapshot));
        positions.put("all", new SourcePosition(LOG, OLD, snapshot));
        positions.put(
                "within_snapshot", new SourcePosition(LOG, null, new SourcePosition.Snapshot(0xdeadbeef, 17, false)));
    }

    @Test
    void pinsPositions() {
        Map<String, Bytes> bytes = new LinkedHashMap<>();
        positions.forEach((name, position) -> bytes.put(name, position.encode()));
        GoldenFile.of("source-positions").check(bytes);
    }

    @Test
    void readsWhatIsPinned() {
        GoldenFile.of("source-positions")
                .pinned()
                .forEach((name, bytes) -> assertEquals(positions.get(name), SourcePosition.decode(bytes), name));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(hex("02" + "00" + LOG_HEX)));
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(hex("01" + "01" + LOG_HEX)));
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(hex("01" + "04" + LOG_HEX)));
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(hex("01" + "00" + LOG_HEX + "00")));
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(Bytes.EMPTY));
    }

    private static Bytes hex(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }
}
