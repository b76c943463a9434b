package dev.kora.cdc.reader;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.util.OptionalLong;

/**
 * The hashes of many rows by row key, in 16 bytes a slot: for a subscriber that does not hold the rows where they could be asked.
 *
 * <p>An open-addressing table of pairs, at most three quarters full: the row key's 64-bit fingerprint, 0 for a free slot, and the
 * row's hash. Two row keys with one fingerprint (once in 3,700 states of a hundred million rows) make count and digest wrong,
 * which reads as a state that does not match: the next reading has another seed, and other fingerprints. Not thread-safe.
 */
final class RowHashes implements HeldRows {
    private static final int FIRST_SLOTS = 1 << 10;
    private static final int MOST_SLOTS = 1 << 29;
    private static final long FREE = 0;

    private final int mostSlots;
    private Hasher64 hasher;
    private long seed;
    private long[] table = new long[2 * FIRST_SLOTS];
    private int size;

    RowHashes() {
        this(MOST_SLOTS);
    }

    /** @param mostSlots a power of two, at least 1,024 */
    RowHashes(int mostSlots) {
        this.mostSlots = mostSlots;
        this.hasher = Hashing.xxh3_64(seed);
    }

    /** Forgets all, and takes other fingerprints from now on. */
    void clear() {
        hasher = Hashing.xxh3_64(++seed);
        table = new long[2 * FIRST_SLOTS];
        size = 0;
    }

    int size() {
        return size;
    }

    @Override
    public OptionalLong hash(Bytes rowKey) {
        int at = find(fingerprint(rowKey));
        return table[at] == FREE ? OptionalLong.empty() : OptionalLong.of(table[at + 1]);
    }

    void put(Bytes rowKey, long hash) {
        long fingerprint = fingerprint(rowKey);
        int at = find(fingerprint);
        if (table[at] == FREE) {
            if (4L * (size + 1) > 3L * slots()) {
                grow();
                at = find(fingerprint);
            }
            size++;
        }
        table[at] = fingerprint;
        table[at + 1] = hash;
    }

    void remove(Bytes rowKey) {
        int at = find(fingerprint(rowKey));
        if (table[at] != FREE) {
            size--;
            close(at);
        }
    }

    /** Frees a slot, moving up those behind it that could not be found any more. */
    private void close(int slot) {
        int free = slot;
        int next = after(free);
        while (table[next] != FREE) {
            int home = home(table[next]);
            boolean between = free < next ? free < home && home <= next : free < home || home <= next;
            if (!between) {
                table[free] = table[next];
                table[free + 1] = table[next + 1];
                free = next;
            }
            next = after(next);
        }
        table[free] = FREE;
    }

    private void grow() {
        if (slots() >= mostSlots) {
            throw new CdcException.Invalid(
                    "the state has more than %,d rows, whose hashes are more than are kept here: hold the rows where they can be asked (HeldRows)"
                            .formatted(size));
        }
        long[] former = table;
        table = new long[2 * former.length];
        for (int at = 0; at < former.length; at += 2) {
            if (former[at] != FREE) {
                int to = find(former[at]);
                table[to] = former[at];
                table[to + 1] = former[at + 1];
            }
        }
    }

    /** Where a fingerprint stands, or the free slot where it would. */
    private int find(long fingerprint) {
        int at = home(fingerprint);
        while (table[at] != FREE && table[at] != fingerprint) {
            at = after(at);
        }
        return at;
    }

    private int home(long fingerprint) {
        return 2 * (int) (fingerprint & (slots() - 1));
    }

    private int after(int at) {
        return (at + 2) & (table.length - 1);
    }

    private int slots() {
        return table.length / 2;
    }

    private long fingerprint(Bytes rowKey) {
        long hash = hasher.hashBytesToLong(rowKey.array());
        return hash == FREE ? 1 : hash;
    }
}
