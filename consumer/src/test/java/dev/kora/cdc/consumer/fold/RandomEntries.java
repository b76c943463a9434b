package dev.kora.cdc.consumer.fold;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Entries of one shard, one after the other: few keys and elements, so that they collide; every kind of record, also such as
 * the semantics refuse; times to live that end after some entries, at once or never; now and then a collection of hundreds.
 */
final class RandomEntries {
    private static final long START_MS = 1_750_000_000_000L;
    private static final List<Bytes> KEYS = List.of(
            Bytes.EMPTY,
            bytes(0),
            bytes(0, 1),
            bytes(0, 0xff),
            bytes(0xff),
            bytes(0xff, 0xff, 0xff),
            Bytes.utf8("a"),
            Bytes.utf8("ab"),
            Bytes.utf8("ключ"));
    private static final List<String> DOCUMENTS = List.of(
            "{}",
            "{\"n\":1}",
            " { \"b\" : [ 1 , 2.50, 1e2 ] , \"a\" : { \"z\" : null, \"y\" : true } } ",
            "{\"n\":1,\"n\":{\"\":2},\"n\":3}",
            "{\"big\":18446744073709551615,\"in\":[18446744073709551615,-9223372036854775809]}",
            "{\"text\":\"\\u00e9 \\ud834\\udd1e \\n\",\"ž\":\"\"}",
            "{\"array\":[{\"\":1,\"a.b\":2}]}",
            "{\"\":1}",
            "{\"a\":{\"b.c\":1}}",
            "[]",
            "7",
            "\"text\"",
            "null",
            "",
            "{",
            "{\"a\":1}}",
            "{\"a\":01}",
            "{'a':1}");

    /** Keys of a wide shard beside those that collide: more than a commit removes one by one. */
    private static final int WIDE_KEYS = 500;

    private final Random random;
    private final boolean wide;
    private long timeMs = START_MS;
    private long sequence;

    /** @param wide whether there are hundreds of keys, and seldom a FLUSHDB */
    RandomEntries(Random random, boolean wide) {
        this.random = random;
        this.wide = wide;
    }

    WalEntry next() {
        timeMs += switch (random.nextInt(10)) {
            case 0, 1, 2 -> 0;
            case 3 -> 100 + random.nextInt(200);
            default -> random.nextInt(10);
        };
        sequence++;
        return new WalEntry(1, sequence, timeMs, content());
    }

    private WalEntry.Content content() {
        return switch (random.nextInt(50)) {
            case 0 -> wide && random.nextInt(10) > 0 ? Control.HEARTBEAT : new WalRecord.FlushDb();
            case 1 -> pick(List.of(Control.values()));
            case 2, 3, 4, 5, 6, 7 -> new WalRecord.Set(key(), element(), random.nextBoolean() ? null : ttlMs());
            case 8, 9, 10 -> new WalRecord.Del(key());
            case 11, 12, 13, 14, 15 -> new WalRecord.Expire(key(), ttlMs());
            case 16, 17, 18, 19 -> new WalRecord.LPush(key(), elements(this::element));
            case 20, 21, 22, 23 -> new WalRecord.RPush(key(), elements(this::element));
            case 24, 25, 26, 27, 28 ->
                new WalRecord.HSet(key(), elements(() -> new WalRecord.Field(element(), element())));
            case 29, 30, 31, 32, 33 -> new WalRecord.SAdd(key(), elements(this::element));
            case 34, 35, 36, 37, 38 -> new WalRecord.DocSet(key(), key(), Bytes.utf8(pick(DOCUMENTS)));
            case 39, 40 -> new WalRecord.DocDel(key(), key());
            case 41, 42 -> new WalRecord.VecDel(key());
            default -> vector();
        };
    }

    private WalRecord vector() {
        int dimensions = random.nextInt(3);
        int length = random.nextInt(4) == 0 ? random.nextInt(10) : dimensions * Float.BYTES + random.nextInt(4);
        byte[] floats = new byte[length];
        for (int n = 0; n < length; n++) {
            floats[n] = (byte) random.nextInt(2);
        }
        return new WalRecord.VecSet(key(), dimensions, Bytes.of(floats));
    }

    private Bytes key() {
        return wide && random.nextInt(10) > 0 ? Bytes.utf8("wide " + random.nextInt(WIDE_KEYS)) : pick(KEYS);
    }

    private Bytes element() {
        return switch (random.nextInt(4)) {
            case 0 -> key();
            case 1 -> bytes(random.nextInt(256), random.nextInt(256));
            default -> bytes(random.nextInt(8));
        };
    }

    private <T> List<T> elements(Supplier<T> element) {
        int size = switch (random.nextInt(25)) {
            case 0, 1, 2 -> 0;
            case 3 -> 100 + random.nextInt(400);
            default -> 1 + random.nextInt(4);
        };
        return Stream.generate(element).limit(size).toList();
    }

    private long ttlMs() {
        return switch (random.nextInt(12)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> Long.MAX_VALUE - timeMs + random.nextInt(3) - 1;
            case 5 -> 1;
            default -> random.nextInt(wide ? 30_000 : 300);
        };
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static Bytes bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int n = 0; n < values.length; n++) {
            bytes[n] = (byte) values[n];
        }
        return Bytes.of(bytes);
    }
}
