package dev.kora.cdc.consumer.read;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import java.util.Arrays;

/**
 * The row keys that begin with a prefix, or those of them that a pattern can match at all.
 *
 * @param prefixLength of the prefix that all of them share; the name of a key, field or member follows it
 * @param from the first row key
 * @param to the first one left out
 */
record Range(int prefixLength, Bytes from, Bytes to) {

    /** All rows that begin with {@code prefix}. */
    static Range of(Bytes prefix) {
        return new Range(prefix.length(), prefix, RowKeys.end(prefix));
    }

    /** The rows that begin with {@code prefix} and whose name begins as every match of {@code glob} does. */
    static Range of(Bytes prefix, Glob glob) {
        Bytes narrow = concat(prefix, glob.prefix());
        return new Range(prefix.length(), narrow, RowKeys.end(narrow));
    }

    /** The keys that {@code glob} can match. */
    static Range keys(Glob glob) {
        return of(RowKeys.all(RowKind.KEY), glob);
    }

    /** The key, field or member that a row key of this range ends in. */
    Bytes name(Bytes rowKey) {
        return Bytes.of(Arrays.copyOfRange(rowKey.array(), prefixLength, rowKey.length()));
    }

    /** The row keys of this range that follow {@code rowKey}, which need not be in it. */
    Range after(Bytes rowKey) {
        Bytes next = successor(rowKey);
        return next.compareTo(from) <= 0 ? this : new Range(prefixLength, next, to);
    }

    boolean isEmpty() {
        return from.compareTo(to) >= 0;
    }

    /** The row key next to {@code rowKey}: no other lies between them. */
    static Bytes successor(Bytes rowKey) {
        return Bytes.of(Arrays.copyOf(rowKey.array(), rowKey.length() + 1));
    }

    private static Bytes concat(Bytes one, Bytes other) {
        byte[] both = Arrays.copyOf(one.array(), one.length() + other.length());
        System.arraycopy(other.array(), 0, both, one.length(), other.length());
        return Bytes.of(both);
    }
}
