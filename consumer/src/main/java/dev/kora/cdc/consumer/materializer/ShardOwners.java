package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.ShardOperations.Truncated;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The shards that the group has given to this process, each with its worker. The group's thread calls the listener's methods,
 * one at a time; any thread asks.
 */
final class ShardOwners implements GroupListener {
    private static final Logger LOG = LoggerFactory.getLogger(ShardOwners.class);
    private static final Duration LAST_GRACE = Duration.ofSeconds(5);
    private static final String NOT_OURS = "this process does not own the shard: ask the one that does";

    private final MaterializerSetup setup;
    private final Map<Integer, ShardWorker> workers = new ConcurrentHashMap<>();
    private volatile @Nullable LogException failure;

    ShardOwners(MaterializerSetup setup) {
        this.setup = setup;
    }

    @Override
    public void assigned(Set<LogPartition> partitions, GroupMembership membership) {
        for (LogPartition partition : partitions) {
            int shard = partition.partition();
            if (shard < setup.config().shards()) {
                workers.put(shard, ShardWorker.start(ShardSetup.of(shard, setup, membership)));
            } else {
                LOG.atError()
                        .addKeyValue("partition", partition)
                        .addKeyValue("shards", setup.config().shards())
                        .log("a partition beyond the database's shards is not materialised");
            }
        }
    }

    @Override
    public void revoked(Set<LogPartition> partitions) {
        stop(partitions, ShardWorker::finish, setup.config().closeTimeout());
    }

    @Override
    public void lost(Set<LogPartition> partitions) {
        stop(partitions, ShardWorker::abandon, LAST_GRACE);
    }

    private void stop(Set<LogPartition> partitions, Consumer<ShardWorker> how, Duration timeout) {
        List<ShardWorker> stopping = new ArrayList<>();
        for (LogPartition partition : partitions) {
            ShardWorker worker = workers.get(partition.partition());
            if (worker != null) {
                how.accept(worker);
                stopping.add(worker);
            }
        }
        await(stopping, timeout);
        partitions.forEach(partition -> workers.remove(partition.partition()));
    }

    /** Waits for all of them together. Those that take longer are abandoned: whoever owns their shards next fences them. */
    private void await(List<ShardWorker> stopping, Duration timeout) {
        try {
            List<ShardWorker> late = awaitUntil(stopping, timeout);
            late.forEach(ShardWorker::abandon);
            for (ShardWorker each : awaitUntil(late, LAST_GRACE)) {
                LOG.atWarn()
                        .addKeyValue("partition", each.board().wal())
                        .log("a shard's thread is held up; whoever owns the shard next fences it");
            }
        } catch (InterruptedException e) {
            stopping.forEach(ShardWorker::abandon);
            Thread.currentThread().interrupt();
        }
    }

    /** Returns those that have not ended in time. */
    private List<ShardWorker> awaitUntil(List<ShardWorker> stopping, Duration timeout) throws InterruptedException {
        long endNanos = setup.nanoClock().getAsLong() + timeout.toNanos();
        List<ShardWorker> late = new ArrayList<>();
        for (ShardWorker each : stopping) {
            long leftNanos = Math.max(1, endNanos - setup.nanoClock().getAsLong());
            if (!each.await(Duration.ofNanos(leftNanos))) {
                late.add(each);
            }
        }
        return late;
    }

    @Override
    public void failed(LogException e) {
        failure = e;
        LOG.atLevel(isFinal(e) ? Level.ERROR : Level.WARN)
                .addKeyValue("group", setup.config().group())
                .addKeyValue("error", e.getMessage())
                .addKeyValue("joiningAgain", !isFinal(e))
                .log("the group cannot be taken part in any longer");
    }

    /** Whether joining the group again is of no use. */
    static boolean isFinal(LogException failure) {
        return failure.kind() == LogException.Kind.FENCED || failure.kind() == LogException.Kind.REFUSED;
    }

    /** Why the group cannot be taken part in any longer; null where it can. */
    @Nullable
    LogException failure() {
        return failure;
    }

    /** The group is being joined again. */
    void joining() {
        failure = null;
    }

    /** The board of a shard; null where it has no owner here. */
    @Nullable
    ShardBoard board(int shard) {
        ShardWorker worker = workers.get(shard);
        return worker == null ? null : worker.board();
    }

    /** Orders a halted shard to try again; see {@link ShardWorker#order}. */
    CompletableFuture<Answer> order(int shard, Orders.@Nullable Skip skip) {
        ShardWorker worker = workers.get(shard);
        return worker == null
                ? CompletableFuture.completedFuture(new Answer(Outcome.ELSEWHERE, NOT_OURS))
                : worker.order(skip);
    }

    /** See {@link ShardWorker#truncate}. */
    CompletableFuture<Truncated> truncate(int shard, boolean dryRun) {
        ShardWorker worker = workers.get(shard);
        return worker == null
                ? CompletableFuture.completedFuture(new Truncated(Outcome.ELSEWHERE, NOT_OURS, null))
                : worker.truncate(dryRun);
    }

    /** Ends what is left, without a last commit. */
    void close() {
        List<ShardWorker> left = new ArrayList<>(workers.values());
        left.forEach(ShardWorker::abandon);
        await(left, LAST_GRACE);
        workers.clear();
    }
}
