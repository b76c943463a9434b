package dev.kora.cdc.consumer.read;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The shards that a connection reads.
 *
 * @param only the one shard, or {@link #EVERY}
 */
record Scope(int only) {
    private static final int EVERY = -1;

    /** All shards of the database: how a connection begins. */
    static final Scope ALL = new Scope(EVERY);

    static Scope of(int shard) {
        return new Scope(shard);
    }

    boolean isAll() {
        return only == EVERY;
    }

    /** The shards in it, ascending. */
    List<Integer> shards(int count) {
        return isAll() ? IntStream.range(0, count).boxed().toList() : List.of(only);
    }

    /** As SHARD takes and gives it: the number, or {@code ALL}. */
    String text() {
        return isAll() ? "ALL" : Integer.toString(only);
    }
}
