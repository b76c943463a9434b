package dev.kora.cdc.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Op;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever stands in a log, its line says all of it. */
class JsonLinesPropertyTest {
    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final RandomRecords records = new RandomRecords(random);

    @Test
    void everyEntryComesBack() {
        for (int i = 0; i < 20_000; i++) {
            WalEntry entry = records.entry();
            int shard = random.nextInt(1000);
            long offset = records.number();
            String text = JsonLines.text(shard, offset, entry);
            String what = text + ", -Dkora.seed=" + seed;
            assertFalse(text.contains("\n"), what);
            byte[] written = JsonLines.write(shard, offset, entry);
            assertEquals(Bytes.utf8(text + "\n"), Bytes.of(written), what);
            JsonLine line = random.nextBoolean() ? JsonLines.parse(text) : JsonLines.parse(written);
            assertEquals(OptionalInt.of(shard), line.shard(), what);
            assertEquals(OptionalLong.of(offset), line.offset(), what);
            assertEquals(OptionalLong.of(entry.epoch()), line.epoch(), what);
            assertEquals(OptionalLong.of(entry.sequence()), line.sequence(), what);
            assertEquals(OptionalLong.of(entry.timeMs()), line.timeMs(), what);
            assertEquals(Op.of(entry.content()), line.op(), what);
            assertEquals(asLogged(entry), line.content(entry.timeMs()), what);
        }
    }

    /** An entry's content as its bytes in the log say it: a time to live that never ends is the longest one. */
    private static WalEntry.Content asLogged(WalEntry entry) {
        return switch (entry.content()) {
            case WalRecord.Set r ->
                new WalRecord.Set(r.key(), r.value(), r.ttlMs() == null ? null : asLogged(entry.timeMs(), r.ttlMs()));
            case WalRecord.Expire r -> new WalRecord.Expire(r.key(), asLogged(entry.timeMs(), r.ttlMs()));
            default -> entry.content();
        };
    }

    private static Long asLogged(long timeMs, long ttlMs) {
        return WalEntry.expiresAtMs(timeMs, ttlMs) == Long.MAX_VALUE ? -1 : ttlMs;
    }

    @Test
    void vectorsOfAnyBitsComeBack() {
        int numbers = 0;
        for (int i = 0; i < 20_000; i++) {
            Bytes vector = floats();
            WalRecord record = new WalRecord.VecSet(Bytes.utf8("v"), vector.length() / Float.BYTES, vector);
            String text = JsonLines.text(0, 0, new WalEntry(1, 1, 0, record));
            assertEquals(record, JsonLines.parse(text).content(0), text + ", -Dkora.seed=" + seed);
            numbers += text.contains("[") ? 1 : 0;
        }
        assertTrue(numbers > 1_000, "too few vectors were written as numbers to mean anything: " + numbers);
    }

    /** Bits of all kinds: zeros of both signs, subnormals, and now and then infinities and what is no number. */
    private Bytes floats() {
        ByteBuffer floats = ByteBuffer.allocate(random.nextInt(5) * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (floats.hasRemaining()) {
            floats.putInt(
                    switch (random.nextInt(8)) {
                        case 0 -> 0x8000_0000;
                        case 1 -> random.nextInt(1 << 23);
                        case 2 -> random.nextInt();
                        default -> Float.floatToRawIntBits(random.nextFloat() - 0.5f);
                    });
        }
        return Bytes.of(floats.array());
    }
}
