package dev.kora.cdc.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Random records, entries and rows of every kind, with keys that collide, are empty, binary or long. The same seed gives the
 * same sequence of answers.
 */
public final class RandomRecords {
    private static final long YEAR_MS = 365L * 24 * 3600 * 1000;
    private static final long START_MS = 1_750_000_000_000L;

    private final Random random;

    public RandomRecords(Random random) {
        this.random = random;
    }

    /** A record of any of the 12 kinds. */
    public WalRecord record() {
        return switch (random.nextInt(12)) {
            case 0 -> new WalRecord.Set(key(), bytes(), random.nextBoolean() ? null : ttlMs());
            case 1 -> new WalRecord.Del(key());
            case 2 -> new WalRecord.Expire(key(), ttlMs());
            case 3 -> new WalRecord.LPush(key(), list(this::bytes));
            case 4 -> new WalRecord.RPush(key(), list(this::bytes));
            case 5 -> new WalRecord.HSet(key(), list(() -> new WalRecord.Field(key(), bytes())));
            case 6 -> new WalRecord.SAdd(key(), list(this::key));
            case 7 -> new WalRecord.FlushDb();
            case 8 -> new WalRecord.DocSet(key(), key(), json());
            case 9 -> new WalRecord.DocDel(key(), key());
            case 10 -> new WalRecord.VecSet(key(), random.nextInt(), bytes());
            default -> new WalRecord.VecDel(key());
        };
    }

    /** A record or, now and then, a control op. */
    public WalEntry.Content content() {
        return random.nextInt(8) == 0 ? pick(List.of(Control.values())) : record();
    }

    /** An entry with any epoch, sequence and time that a shard can have, the extremes included. */
    public WalEntry entry() {
        return new WalEntry(1 + number(), 1 + number(), timeMs(), content());
    }

    /** A row of any kind, the checkpoint included. */
    public SnapshotRow row() {
        return random.nextInt(12) == 0 ? checkpoint() : stateRow();
    }

    /** A row of any kind but the checkpoint. */
    public SnapshotRow stateRow() {
        return switch (random.nextInt(8)) {
            case 0 -> keyRow();
            case 1 -> new SnapshotRow.ListItem(key(), index(), bytes(), number(), timeMs());
            case 2 -> new SnapshotRow.HashField(key(), key(), bytes(), number(), timeMs());
            case 3 -> new SnapshotRow.SetMember(key(), key(), number(), timeMs());
            case 4 -> new SnapshotRow.Collection(key(), number(), timeMs());
            case 5 -> new SnapshotRow.Document(key(), key(), json(), number(), timeMs());
            case 6 -> new SnapshotRow.VectorIndex(key(), random.nextInt(), number(), number(), timeMs());
            default -> new SnapshotRow.Vector(key(), random.nextLong(), bytes(), number(), timeMs());
        };
    }

    private SnapshotRow keyRow() {
        long expiresAtMs = expiresAtMs();
        return switch (random.nextInt(4)) {
            case 0 -> new SnapshotRow.Key(key(), ValueType.STRING, bytes(), 0, 0, 0, expiresAtMs, number(), timeMs());
            case 1 -> collection(ValueType.HASH, number(), 0, 0, expiresAtMs);
            case 2 -> collection(ValueType.SET, number(), 0, 0, expiresAtMs);
            default -> {
                long head = random.nextInt(2000) - 1000L;
                long size = random.nextInt(2000);
                yield collection(ValueType.LIST, size, head, head + size, expiresAtMs);
            }
        };
    }

    private SnapshotRow collection(ValueType type, long size, long head, long tail, long expiresAtMs) {
        return new SnapshotRow.Key(key(), type, null, size, head, tail, expiresAtMs, number(), timeMs());
    }

    private SnapshotRow.Checkpoint checkpoint() {
        return new SnapshotRow.Checkpoint(
                number(),
                random.nextInt(20) == 0 ? Integer.MAX_VALUE : random.nextInt(1000) - 1,
                "topic-" + random.nextInt(1000),
                number(),
                offset(),
                offset(),
                number(),
                number(),
                random.nextLong(),
                number(),
                timeMs(),
                random.nextInt(3) == 0 ? skips() : null);
    }

    private SnapshotRow.Skips skips() {
        return new SnapshotRow.Skips(
                number(), number(), number(), number(), number(), "reason " + random.nextInt(1000), timeMs());
    }

    private @Nullable Long offset() {
        return random.nextBoolean() ? null : Long.valueOf(number());
    }

    private long expiresAtMs() {
        return switch (random.nextInt(4)) {
            case 0 -> SnapshotRow.NO_EXPIRY;
            case 1 -> Long.MAX_VALUE;
            default -> timeMs();
        };
    }

    /** A key, field, member or id: mostly one of a few, sometimes binary, now and then empty or long. */
    public Bytes key() {
        return switch (random.nextInt(10)) {
            case 0 -> Bytes.EMPTY;
            case 1 -> bytes(random.nextInt(2000));
            case 2, 3 -> awkward();
            default -> Bytes.utf8("k" + random.nextInt(20));
        };
    }

    /** A few bytes that are hard on escaping and on order: 00, 01, FE, FF. */
    public Bytes awkward() {
        byte[] hard = {0, 1, (byte) 0xfe, (byte) 0xff};
        byte[] key = new byte[random.nextInt(5)];
        for (int i = 0; i < key.length; i++) {
            key[i] = hard[random.nextInt(hard.length)];
        }
        return Bytes.of(key);
    }

    /** Any bytes, mostly few. */
    public Bytes bytes() {
        return switch (random.nextInt(20)) {
            case 0 -> Bytes.EMPTY;
            case 1 -> bytes(random.nextInt(random.nextInt(50) == 0 ? 200_000 : 20_000));
            default -> bytes(random.nextInt(40));
        };
    }

    private Bytes bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    /** A JSON object in UTF-8. */
    public Bytes json() {
        return Bytes.utf8(
                "{\"n\":%d,\"text\":\"žluť %s\"}".formatted(random.nextInt(), "x".repeat(random.nextInt(50))));
    }

    /** A time to live, as unsigned milliseconds: none left, short, long, or for ever. */
    public long ttlMs() {
        return switch (random.nextInt(7)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> random.nextBoolean() ? Long.MAX_VALUE : Long.MIN_VALUE;
            case 3 -> random.nextLong();
            default -> random.nextLong(YEAR_MS);
        };
    }

    /** A time in milliseconds since 1970, mostly of our days. */
    public long timeMs() {
        return switch (random.nextInt(20)) {
            case 0 -> random.nextLong(Long.MAX_VALUE);
            case 1 -> random.nextBoolean() ? 0 : Long.MAX_VALUE - 1;
            default -> START_MS + random.nextLong(YEAR_MS);
        };
    }

    /** A number that is neither negative nor the largest one, of any magnitude. */
    public long number() {
        return random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
    }

    /** An index of a list's item: mostly near the middle, but any number may be one. */
    public long index() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
            default -> random.nextInt(-300, 300);
        };
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private <T> List<T> list(Supplier<T> element) {
        int size = random.nextInt(10) == 0 ? random.nextInt(200) : random.nextInt(4);
        List<T> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(element.get());
        }
        return list;
    }
}
