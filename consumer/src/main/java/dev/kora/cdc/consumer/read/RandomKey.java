package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.store.RowCursor;
import dev.kora.cdc.consumer.store.StoreView;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.RowKind;
import dev.kora.cdc.schema.SnapshotRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Picks a key at random.
 *
 * <p>Sorted rows cannot be counted off, and reading all of them to pick one is too much. So it walks down the tree that the
 * keys' bytes form: at each fork it takes one of the bytes that follow there, each with the same chance, until one key is
 * left. That costs a seek for each branch of the forks on its way, some dozens for usual keys. Every key can be picked; one
 * that branches off early is picked more often. A shard is picked by the number of its keys.
 */
final class RandomKey {
    /** Walks that may end at a dead key before the first live one is taken. */
    private static final int WALKS = 100;

    private final RandomGenerator random;

    RandomKey(RandomGenerator random) {
        this.random = random;
    }

    /** A live key of one of these shards, or none if there is none. */
    Optional<Bytes> pick(List<ShardSight> shards) {
        long keys = shards.stream()
                .mapToLong(shard -> shard.view().position().keys())
                .sum();
        for (int walk = 0; keys > 0 && walk < WALKS; walk++) {
            ShardSight shard = shard(shards, random.nextLong(keys));
            Optional<Bytes> key =
                    walk(shard.view()).filter(found -> shard.key(found).isPresent());
            if (key.isPresent()) {
                return key;
            }
        }
        return firstLive(shards);
    }

    /** The shard that the key of this number is in, counted through all shards. */
    private static ShardSight shard(List<ShardSight> shards, long number) {
        long before = 0;
        for (ShardSight shard : shards) {
            before += shard.view().position().keys();
            if (number < before) {
                return shard;
            }
        }
        return shards.getLast();
    }

    private Optional<Bytes> walk(StoreView view) {
        Range all = Range.of(RowKeys.all(RowKind.KEY));
        Bytes prefix = all.from();
        while (true) {
            Optional<Bytes> only = onlyRow(view, prefix);
            if (only.isPresent()) {
                return only.map(all::name);
            }
            List<Bytes> branches = branches(view, prefix);
            if (branches.isEmpty()) {
                return Optional.empty();
            }
            Bytes branch = branches.get(random.nextInt(branches.size()));
            if (branch.equals(prefix)) {
                return Optional.of(all.name(branch));
            }
            prefix = branch;
        }
    }

    /** The row key that begins with {@code prefix}, if exactly one does. */
    private static Optional<Bytes> onlyRow(StoreView view, Bytes prefix) {
        try (RowCursor rows = view.scan(prefix, RowKeys.end(prefix))) {
            if (!rows.next()) {
                return Optional.empty();
            }
            Bytes first = rows.rowKey();
            return rows.next() ? Optional.empty() : Optional.of(first);
        }
    }

    /** The row key {@code prefix} itself, if there is one, and each continuation of it by one byte that row keys have. */
    private static List<Bytes> branches(StoreView view, Bytes prefix) {
        List<Bytes> branches = new ArrayList<>();
        Bytes end = RowKeys.end(prefix);
        Bytes from = prefix;
        while (from.compareTo(end) < 0) {
            Optional<Bytes> rowKey = first(view, from, end);
            if (rowKey.isEmpty()) {
                break;
            }
            boolean whole = rowKey.get().length() == prefix.length();
            Bytes branch = whole ? prefix : Bytes.of(Arrays.copyOf(rowKey.get().array(), prefix.length() + 1));
            branches.add(branch);
            from = whole ? Range.successor(prefix) : RowKeys.end(branch);
        }
        return branches;
    }

    private static Optional<Bytes> first(StoreView view, Bytes from, Bytes to) {
        try (RowCursor rows = view.scan(from, to)) {
            return rows.next() ? Optional.of(rows.rowKey()) : Optional.empty();
        }
    }

    private static Optional<Bytes> firstLive(List<ShardSight> shards) {
        for (ShardSight shard : shards) {
            Range all = Range.of(RowKeys.all(RowKind.KEY));
            try (RowCursor rows = shard.view().scan(all.from(), all.to())) {
                while (rows.next()) {
                    if (rows.row() instanceof SnapshotRow.Key row && shard.isLive(row)) {
                        return Optional.of(row.key());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
