package dev.kora.cdc.producer.source.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VECSET, VECDEL. */
class VectorCommandsTest {
    private static final Bytes K = Bytes.utf8("k");

    private final GatewayRig rig = new GatewayRig();

    private static Bytes floats(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return Bytes.of(bytes.array());
    }

    @Test
    void addsAVector() {
        assertEquals(
                List.of(new WalRecord.VecSet(K, 3, floats(0.1f, -2f, 3e10f))),
                rig.records(Reply.integer(1), "VECSET", "k", "3", "0.1", "-2", "3e+10"));
        assertEquals(
                List.of(new WalRecord.VecSet(K, 4, floats(0.5f, 5f, -0f, Float.MIN_VALUE))),
                rig.records(Reply.integer(1), "VECSET", "k", "4", ".5", "+5.", "-0", "1E-45"));
    }

    @Test
    void refusesAnotherNumberOfValues() {
        assertEquals(
                "ERR the vector is refused: it has 2 values, where dims says 3",
                rig.error("VECSET", "k", "3", "1", "2"));
        assertEquals(
                "ERR the vector is refused: it has 1 values, where dims says 0", rig.error("VECSET", "k", "0", "1"));
        assertEquals("ERR value is not an integer or out of range", rig.error("VECSET", "k", "two", "1", "2"));
        assertEquals("ERR wrong number of arguments", rig.error("VECSET", "k", "1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "NaN", "Infinity", "0x1p3", "1f", "1d", " 1", "1 ", ".", "-", "e5", "1e", "1e+", "1,5"})
    void refusesWhatIsNoDecimal(String value) {
        assertEquals(
                "ERR the vector is refused: its value 2, " + value + ", is no decimal number",
                rig.error("VECSET", "k", "2", "1", value));
    }

    @Test
    void refusesWhatNoFloatHolds() {
        assertEquals(
                "ERR the vector is refused: its value 1, 1e39, is beyond a 32-bit float",
                rig.error("VECSET", "k", "1", "1e39"));
    }

    @Test
    void dropsAnIndex() {
        assertEquals(List.of(new WalRecord.VecDel(K)), rig.records(Reply.integer(1), "VECDEL", "k"));
        assertEquals("ERR wrong number of arguments", rig.error("VECDEL", "k", "l"));
    }
}
