package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** VECSET, VECDEL. */
final class VectorWrites {
    private static final int FIRST = 3;

    private VectorWrites() {}

    static List<WriteCommand> commands() {
        return List.of(
                WriteCommand.ofKey("VECSET", -4, VectorWrites::set),
                WriteCommand.ofKey(
                        "VECDEL",
                        2,
                        (request, nowMs) -> Write.one(new WalRecord.VecDel(Bytes.of(request.argument(1))))));
    }

    private static Write set(Request request, long nowMs) {
        int count = request.size() - FIRST;
        long dimensions = request.integer(2);
        if (dimensions != count) {
            throw Errors.vector("it has " + count + " values, where dims says " + dimensions);
        }
        ByteBuffer floats = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            floats.putFloat(number(request, FIRST + i));
        }
        return Write.one(new WalRecord.VecSet(Bytes.of(request.argument(1)), count, Bytes.of(floats.array())));
    }

    private static float number(Request request, int index) {
        byte[] digits = request.argument(index);
        if (!Decimals.isDecimal(digits)) {
            throw Errors.vector(
                    "its value " + (index - FIRST + 1) + ", " + Bytes.of(digits) + ", is no decimal number");
        }
        float number = Float.parseFloat(new String(digits, StandardCharsets.ISO_8859_1));
        if (!Float.isFinite(number)) {
            throw Errors.vector(
                    "its value " + (index - FIRST + 1) + ", " + Bytes.of(digits) + ", is beyond a 32-bit float");
        }
        return number;
    }
}
