package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the primitives of Kora's files from a buffer: little-endian numbers and length-prefixed byte strings. Lengths and
 * counts are bounded by what is left, so that damaged input never makes a large allocation.
 */
final class KoraInput {
    private static final int LENGTH_BYTES = 4;

    private final ByteBuffer buffer;

    KoraInput(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasMore() {
        return buffer.hasRemaining();
    }

    int u8(String what) throws UndecodableException {
        need(1, what);
        return buffer.get() & 0xff;
    }

    int u32(String what) throws UndecodableException {
        need(Integer.BYTES, what);
        return buffer.getInt();
    }

    long u64(String what) throws UndecodableException {
        need(Long.BYTES, what);
        return buffer.getLong();
    }

    Bytes bytes(String what) throws UndecodableException {
        int length = count(u32("length of " + what), 1, what);
        byte[] array = new byte[length];
        buffer.get(array);
        return Bytes.of(array);
    }

    List<Bytes> list(String what) throws UndecodableException {
        int count = count(u32("count of " + what), LENGTH_BYTES, what);
        List<Bytes> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(bytes(what));
        }
        return list;
    }

    List<WalRecord.Field> fields() throws UndecodableException {
        int count = count(u32("count of fields"), 2 * LENGTH_BYTES, "fields");
        List<WalRecord.Field> fields = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            fields.add(new WalRecord.Field(bytes("field"), bytes("value")));
        }
        return fields;
    }

    private int count(int unsigned, int bytesEach, String what) throws UndecodableException {
        long count = Integer.toUnsignedLong(unsigned);
        if (count * bytesEach > buffer.remaining()) {
            throw new UndecodableException(
                    what + " of " + count + " passes the end, " + buffer.remaining() + " bytes are left");
        }
        return (int) count;
    }

    private void need(int bytes, String what) throws UndecodableException {
        if (buffer.remaining() < bytes) {
            throw new UndecodableException("it ends before " + what);
        }
    }
}
