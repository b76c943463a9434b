package dev.kora.cdc.consumer.read;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.resp.CommandException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What one command sees: a view of each readable shard in its scope, all opened when the command began, and one time.
 *
 * <p><b>Shards that cannot be read.</b> A key lives in one shard, but which one is the source's secret, so every shard is
 * asked. Something found is the answer. Something not found may be in a shard that is not readable here: then the answer is
 * an error, never a nil. Commands over all keys need all shards. Of several errors the one that needs an operator comes
 * first: {@code HALTED}, then {@code UNAVAILABLE} (waiting helps), then {@code SHARDSPLIT} (ask the other process).
 *
 * <p><b>A key in two shards</b> (Kora can do that after a restart): the one changed last counts, of two changed in the same
 * millisecond that of the lowest shard; a dead one does not count.
 *
 * <p>Within a shard everything is of one commit; two shards may be of different moments, as they are in the log.
 */
final class Sight implements AutoCloseable {
    private final List<ShardSight> shards;
    private final Obstacles obstacles;

    private Sight(List<ShardSight> shards, Obstacles obstacles) {
        this.shards = shards;
        this.obstacles = obstacles;
    }

    /** Something found, and the shard that it was found in. */
    record Hit<T>(ShardSight shard, T row) {}

    /** Opens views of all readable shards in scope; closing the sight closes them. */
    static Sight open(ShardDirectory directory, Scope scope, long nowMs) {
        Obstacles obstacles = new Obstacles();
        Sight sight = new Sight(new ArrayList<>(), obstacles);
        try {
            for (int shard : scope.shards(directory.shards())) {
                sight.look(shard, directory.access(shard), nowMs);
            }
        } catch (RuntimeException | Error e) {
            sight.close();
            throw e;
        }
        return sight;
    }

    private void look(int shard, ShardAccess access, long nowMs) {
        switch (access) {
            case ShardAccess.Served served -> {
                try {
                    shards.add(new ShardSight(shard, served.views().open(), nowMs));
                } catch (CdcException.Unavailable e) {
                    obstacles.starting(shard, String.valueOf(e.getMessage()));
                }
            }
            case ShardAccess.Elsewhere elsewhere -> obstacles.elsewhere(shard);
            case ShardAccess.Starting starting -> obstacles.starting(shard, starting.doing());
            case ShardAccess.Halted halted -> obstacles.halted(shard, halted.reason());
        }
    }

    /**
     * All shards in scope, ascending.
     *
     * @throws CommandException one of them cannot be read
     */
    List<ShardSight> all() {
        obstacles.check();
        return shards;
    }

    /**
     * A live key of any type, wherever it is.
     *
     * @throws CommandException it was not found and some shard cannot be read
     */
    Optional<Hit<SnapshotRow.Key>> find(Bytes key) {
        return find(shard -> shard.key(key), SnapshotRow.Key::updatedAtMs);
    }

    /**
     * A live key of one type, wherever it is.
     *
     * @throws CommandException the key has another type; or it was not found and some shard cannot be read
     */
    Optional<Hit<SnapshotRow.Key>> find(Bytes key, ValueType type) {
        Optional<Hit<SnapshotRow.Key>> hit = find(key);
        if (hit.isPresent() && hit.get().row().type() != type) {
            throw Errors.wrongType();
        }
        return hit;
    }

    /**
     * What a look into each shard finds: of several, the one that was changed last, then that of the lowest shard.
     *
     * @throws CommandException nothing was found and some shard cannot be read
     */
    <T> Optional<Hit<T>> find(Function<ShardSight, Optional<T>> look, ToLongFunction<T> updatedAtMs) {
        Optional<Hit<T>> newest = Optional.empty();
        for (ShardSight shard : shards) {
            Optional<T> found = look.apply(shard);
            if (found.isPresent()
                    && (newest.isEmpty() || newer(found.get(), newest.get().row(), updatedAtMs))) {
                newest = Optional.of(new Hit<>(shard, found.get()));
            }
        }
        if (newest.isEmpty()) {
            obstacles.check();
        }
        return newest;
    }

    private static <T> boolean newer(T one, T other, ToLongFunction<T> updatedAtMs) {
        return updatedAtMs.applyAsLong(one) > updatedAtMs.applyAsLong(other);
    }

    @Override
    public void close() {
        shards.forEach(ShardSight::close);
    }
}
