package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BytesTest {

    @Test
    void sortsAsUnsignedBytesAndAPrefixFirst() {
        List<Bytes> sorted = List.of(of(), of(0), of(0, 0), of(1), of(0x7f), of(0x80), of(0xff), of(0xff, 0));
        List<Bytes> shuffled = new ArrayList<>(sorted.reversed());
        shuffled.sort(null);
        assertEquals(sorted, shuffled);
    }

    @Test
    void isAValue() {
        assertEquals(of(1, 2), of(1, 2));
        assertEquals(of(1, 2).hashCode(), of(1, 2).hashCode());
        assertNotEquals(of(1, 2), of(2, 1));
        assertNotEquals(of(), of(0));
        assertSame(Bytes.EMPTY, of());
    }

    @Test
    void knowsItsPrefixes() {
        assertTrue(of(1, 2).startsWith(of()));
        assertTrue(of(1, 2).startsWith(of(1, 2)));
        assertFalse(of(1, 2).startsWith(of(2)));
        assertFalse(of(1).startsWith(of(1, 2)));
    }

    @Test
    void showsWhatCanBePrintedAndCutsTheRest() {
        assertEquals("user:1", Bytes.utf8("user:1").toString());
        assertEquals("0x00ff", of(0, 0xff).toString());
        assertEquals("0x0a", Bytes.utf8("\n").toString());
        assertEquals("x".repeat(48), Bytes.utf8("x".repeat(48)).toString());
        assertEquals("x".repeat(48) + "… (49 bytes)", Bytes.utf8("x".repeat(49)).toString());
    }

    private static Bytes of(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        return Bytes.of(array);
    }
}
