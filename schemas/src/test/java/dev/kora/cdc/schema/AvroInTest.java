package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

final class AvroInTest {

    @Test
    void readsNumbersOfEverySizeAsAvroWritesThem() throws IOException {
        for (int bits = 0; bits < 64; bits++) {
            for (long number : new long[] {1L << bits, (1L << bits) - 1, -(1L << bits), ~(1L << bits)}) {
                ByteBuffer ours = ByteBuffer.allocate(AvroOut.MAX_LONG_SIZE);
                AvroOut.putLong(number, ours);
                byte[] bytes = Arrays.copyOf(ours.array(), ours.position());
                assertArrayEquals(avros(number), bytes);
                assertEquals(number, new AvroIn(Bytes.of(bytes)).readLong("n"));
            }
        }
    }

    private static byte[] avros(long number) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        encoder.writeLong(number);
        return out.toByteArray();
    }

    @Test
    void refusesNumbersOfMoreThan64Bits() {
        assertEquals(-1L >>> 1, in("feffffffffffffffff01").readLong("n"));
        assertCorrupt(
                "'n' holds a number of more than 64 bits",
                () -> in("feffffffffffffffff02").readLong("n"));
        assertCorrupt(
                "'n' holds a number of more than 64 bits",
                () -> in("80808080808080808080").readLong("n"));
        assertCorrupt("the bytes end within 'n'", () -> in("8080").readLong("n"));
        assertCorrupt(
                "'n' holds 2147483648, which is no 32-bit number",
                () -> in("8080808010").readInt("n"));
    }

    @Test
    void refusesLengthsBeyondTheBytes() {
        assertEquals("ab", in("046162").readBytes("f").text());
        assertCorrupt(
                "'f' has a length of 3 bytes, but 2 are left",
                () -> in("066162").readBytes("f"));
        assertCorrupt("'f' has a length of -1 bytes, but 0 are left", () -> in("01").readBytes("f"));
    }

    @Test
    void refusesBranchesBeyondTheUnion() {
        assertCorrupt("'f' has branch 2 of a union of two", () -> in("04").readPresent("f"));
        assertCorrupt("'f' has branch -1 of a union of two", () -> in("01").readPresent("f"));
    }

    @Test
    void refusesBlocksBeyondTheLimitOrTheBytes() {
        assertEquals(new AvroIn.Block(2, -1), in("04" + "0000").readBlock("f", 2));
        assertEquals(new AvroIn.Block(2, 4), in("0304" + "0000").readBlock("f", 2));
        assertCorrupt(
                "'f' has 2 more elements, where the limit leaves 1",
                () -> in("040000").readBlock("f", 1));
        assertCorrupt(
                "'f' has 2 more elements, but 1 bytes are left",
                () -> in("0400").readBlock("f", 9));
        assertCorrupt(
                "'f' has 9223372036854775807 more elements, where the limit leaves 9",
                () -> in("ffffffffffffffffff01" + "00").readBlock("f", 9));
    }

    @Test
    void refusesBlocksThatLieAboutTheirSize() {
        AvroIn in = in("0302" + "0000");
        AvroIn.Block block = in.readBlock("f", 2);
        in.skip(2, "f");
        assertCorrupt(
                "a block of 'f' says that it ends at byte 3, but its elements end at 4", () -> in.endBlock(block, "f"));
    }

    @Test
    void refusesOtherFramings() {
        assertEquals(0x01020304, in("0001020304").schemaId());
        assertCorrupt(
                "a value of 4 bytes is too short for the schema registry's wire format",
                () -> in("00010203").schemaId());
        assertCorrupt(
                "a value begins with 0x01, where the schema registry's wire format has 0x00",
                () -> in("0101020304").schemaId());
    }

    private static AvroIn in(String hex) {
        return new AvroIn(Bytes.of(HexFormat.of().parseHex(hex)));
    }

    private static void assertCorrupt(String message, Runnable read) {
        assertEquals(
                message, assertThrows(CdcException.Corrupt.class, read::run).getMessage());
    }
}
