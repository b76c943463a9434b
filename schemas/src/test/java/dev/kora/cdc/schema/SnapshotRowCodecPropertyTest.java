package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** Random rows of every kind, against Avro's own writer and reader. */
final class SnapshotRowCodecPropertyTest {
    private static final int ID = 0x01_80_ff_08;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);
    private final SnapshotRowCodec codec = new SnapshotRowCodec(ID, SchemaSource.NONE);

    @Test
    void writesAvrosBytes() {
        for (int i = 0; i < 30_000; i++) {
            SnapshotRow row = records.row();
            GenericRecord expected = AvroReference.of(row);
            Bytes ours = codec.encode(row);
            assertEquals(AvroReference.encode(ID, expected), ours, () -> what(row));
            assertEquals(expected, AvroReference.decode(ID, Schemas.SNAPSHOT_ROW, ours), () -> what(row));
        }
    }

    @Test
    void readsAvrosBytes() {
        for (int i = 0; i < 30_000; i++) {
            SnapshotRow row = records.row();
            Bytes avros = AvroReference.encode(ID, AvroReference.of(row));
            assertEquals(row, codec.decode(RowKeys.of(row), avros), () -> what(row));
        }
    }

    @Test
    void writesIntoAnyBufferWithinTheBound() {
        for (int i = 0; i < 10_000; i++) {
            SnapshotRow row = records.row();
            Bytes expected = codec.encode(row);
            int bound = SnapshotRowCodec.maxEncodedSize(row);
            assertTrue(expected.length() <= bound, () -> what(row));
            ByteBuffer into = random.nextBoolean() ? ByteBuffer.allocate(bound) : ByteBuffer.allocateDirect(bound);
            codec.encode(row, into.order(ByteOrder.LITTLE_ENDIAN));
            byte[] written = new byte[into.position()];
            into.get(0, written);
            assertEquals(expected, Bytes.of(written), () -> what(row));
        }
    }

    @Test
    void refusesWhatIsCutShort() {
        for (int i = 0; i < 2_000; i++) {
            SnapshotRow row = records.row();
            damage(row).cut(codec.encode(row).array());
        }
    }

    @Test
    void readsOrRefusesSpoiledBytes() {
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            SnapshotRow row = records.row();
            refused += damage(row).spoil(codec.encode(row).array(), 5);
        }
        assertTrue(refused > 10_000, "too few copies were refused to mean anything: " + refused);
    }

    private Damage damage(SnapshotRow row) {
        return new Damage(random, bytes -> codec.decode(RowKeys.of(row), bytes));
    }

    private String what(SnapshotRow row) {
        return row + ", -Dkora.seed=" + seed;
    }
}
