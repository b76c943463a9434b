package dev.kora.cdc.producer.source.kora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Source positions stand in topics that outlive this program: their bytes are pinned. */
final class SourcePositionFormatTest {
    private static final SourcePosition.Mark LOG = new SourcePosition.Mark(0x1122334455L, 0xcafebabe, 4096, 4000, 7);
    private static final SourcePosition.Mark OLD = new SourcePosition.Mark(9, 1, 20, 0, 1);
    private static final String LOG_HEX =
            "0000001122334455" + "cafebabe" + "0000000000001000" + "0000000000000fa0" + "00000007";
    private static final String OLD_HEX =
            "0000000000000009" + "00000001" + "0000000000000014" + "0000000000000000" + "00000001";

    @Test
    void pinsALogPosition() {
        pins("01" + "00" + LOG_HEX, new SourcePosition(LOG, null, null));
    }

    @Test
    void pinsAPositionWithAnOldFileAndASnapshot() {
        pins(
                "01" + "03" + LOG_HEX + OLD_HEX + "deadbeef" + "00000000000001ff" + "01",
                new SourcePosition(LOG, OLD, new SourcePosition.Snapshot(0xdeadbeef, 511, true)));
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(hex("02" + "00" + LOG_HEX)));
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(hex("01" + "01" + LOG_HEX)));
        assertThrows(CdcException.Corrupt.class, () -> SourcePosition.decode(Bytes.EMPTY));
    }

    private static void pins(String hex, SourcePosition position) {
        assertEquals(hex, HexFormat.of().formatHex(position.encode().array()));
        assertEquals(position, SourcePosition.decode(hex(hex)));
    }

    private static Bytes hex(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }
}
