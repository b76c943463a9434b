package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EscapingTest {

    @Test
    void escapesZerosAndEnds() {
        escapes("", "0001");
        escapes("61", "610001");
        escapes("00", "00ff0001");
        escapes("0000ff01", "00ff00ffff010001");
    }

    private static void escapes(String plain, String escaped) {
        Bytes bytes = hex(plain);
        ByteBuffer into = ByteBuffer.allocate(Escaping.size(bytes));
        Escaping.put(bytes, into);
        assertEquals(escaped, HexFormat.of().formatHex(into.array()));
        ByteBuffer from = hex(escaped + "0001").buffer();
        assertEquals(bytes, Escaping.read(from));
        assertEquals(2, from.remaining(), "what follows is left");
    }

    @Test
    void refusesWhatHasNoEndOrAnUnknownEscape() {
        for (String malformed : List.of("", "61", "6100", "00", "0000", "000001", "0002", "61000201")) {
            assertThrows(
                    CdcException.Corrupt.class,
                    () -> Escaping.read(hex(malformed).buffer()),
                    malformed);
        }
    }

    private static Bytes hex(String hex) {
        return Bytes.of(HexFormat.of().parseHex(hex));
    }
}
