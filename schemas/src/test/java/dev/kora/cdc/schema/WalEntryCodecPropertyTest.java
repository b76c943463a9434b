package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

/** Random entries of every kind, against Avro's own writer and reader. */
final class WalEntryCodecPropertyTest {
    private static final int ID = 0x01_80_ff_07;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);
    private final WalEntryCodec codec = new WalEntryCodec(ID, SchemaSource.NONE);

    @Test
    void writesAvrosBytes() {
        for (int i = 0; i < 30_000; i++) {
            WalEntry entry = records.entry();
            GenericRecord expected = AvroReference.of(entry);
            Bytes ours = codec.encode(entry);
            assertEquals(AvroReference.encode(ID, expected), ours, () -> what(entry));
            assertEquals(expected, AvroReference.decode(ID, Schemas.WAL_ENTRY, ours), () -> what(entry));
        }
    }

    @Test
    void readsAvrosBytes() {
        for (int i = 0; i < 30_000; i++) {
            WalEntry entry = records.entry();
            GenericRecord record = AvroReference.of(entry);
            WalEntry expected = AvroReference.readBack(entry);
            assertEquals(expected, decode(entry, AvroReference.encode(ID, record)), () -> what(entry));
            assertEquals(expected, decode(entry, AvroReference.encodeInBlocks(ID, record)), () -> what(entry));
        }
    }

    @Test
    void writesIntoAnyBufferWithinTheBound() {
        for (int i = 0; i < 10_000; i++) {
            WalEntry entry = records.entry();
            Bytes expected = codec.encode(entry);
            int bound = WalEntryCodec.maxEncodedSize(entry.content());
            assertTrue(expected.length() <= bound, () -> what(entry));
            int before = random.nextInt(4);
            ByteBuffer into = buffer(before + bound).position(before);
            codec.encode(entry.epoch(), entry.sequence(), entry.timeMs(), entry.content(), into);
            byte[] written = new byte[into.position() - before];
            into.get(before, written);
            assertEquals(expected, Bytes.of(written), () -> what(entry));
        }
    }

    private ByteBuffer buffer(int size) {
        ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
        return buffer.order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    @Test
    void refusesWhatIsCutShort() {
        for (int i = 0; i < 2_000; i++) {
            WalEntry entry = records.entry();
            damage(entry).cut(codec.encode(entry).array());
        }
    }

    @Test
    void readsOrRefusesSpoiledBytes() {
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            WalEntry entry = records.entry();
            refused += damage(entry).spoil(codec.encode(entry).array(), 5);
        }
        assertTrue(refused > 10_000, "too few copies were refused to mean anything: " + refused);
    }

    private Damage damage(WalEntry entry) {
        return new Damage(random, bytes -> decode(entry, bytes));
    }

    private WalEntry decode(WalEntry entry, Bytes value) {
        return codec.decode(KafkaKeys.of(entry.content()), value, entry.timeMs());
    }

    private String what(WalEntry entry) {
        return entry + ", -Dkora.seed=" + seed;
    }
}
