package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardDirectory;
import dev.kora.cdc.consumer.shard.ShardOperations;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.consumer.store.StoreFactory;
import dev.kora.cdc.log.Group;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.schema.SnapshotRowCodec;
import dev.kora.cdc.schema.WalEntryCodec;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the compacted topic and the stores of the shards that the group gives to this process up to the WAL, and says how each
 * shard can be read. Thread-safe.
 *
 * <p>Each owned shard has a thread of its own ({@link ShardLoop}). One more thread, {@code kora-materializer-<database>},
 * watches the WAL's ends and joins the group again where it was left by a failure that another try may mend; and {@code
 * kora-truncation-<database>} asks the log what may be deleted, and deletes it, for one shard after the other.
 */
public final class Materializer implements ShardDirectory, ShardOperations, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Materializer.class);
    private static final long WATCH_MS = 1_000;

    private final MaterializerSetup setup;
    private final ShardOwners owners;
    private final EndsWatch watch;
    private final Thread thread;
    private final ExecutorService truncations;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Object joining = new Object();
    private Group group;

    private Materializer(MaterializerSetup setup, ExecutorService truncations) {
        this.setup = setup;
        this.truncations = truncations;
        this.owners = new ShardOwners(setup);
        this.watch = new EndsWatch(setup, owners::board);
        this.thread =
                new Thread(this::watch, "kora-materializer-" + setup.config().database());
        this.thread.setDaemon(true);
        this.group = join();
    }

    /**
     * Joins the group and returns at once; {@link #status} tells what becomes of the shards.
     *
     * @param log reaches both topics, which must exist; it stays the caller's to close, after the materialiser
     * @param stores opens the stores of the shards that come here
     * @param clock tells when a commit was made
     */
    public static Materializer open(
            MaterializerConfig config,
            Log log,
            WalEntryCodec walCodec,
            SnapshotRowCodec rowCodec,
            StoreFactory stores,
            InstantSource clock) {
        return open(config, log, walCodec, rowCodec, stores, clock, step -> {});
    }

    /**
     * As above.
     *
     * @param steps is told of each step of each shard just before it is done, on the thread that does it; for tests that end the
     *     process there
     */
    public static Materializer open(
            MaterializerConfig config,
            Log log,
            WalEntryCodec walCodec,
            SnapshotRowCodec rowCodec,
            StoreFactory stores,
            InstantSource clock,
            Consumer<Step> steps) {
        ExecutorService truncations = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, "kora-truncation-" + config.database());
            thread.setDaemon(true);
            return thread;
        });
        var setup = new MaterializerSetup(
                config, log, walCodec, rowCodec, stores, clock, System::nanoTime, truncations, steps);
        Materializer materializer = new Materializer(setup, truncations);
        materializer.thread.start();
        return materializer;
    }

    private Group join() {
        MaterializerConfig config = setup.config();
        return setup.log().joinGroup(config.group(), config.instanceId(), config.walTopic(), owners);
    }

    private void watch() {
        try {
            while (!closing.await(WATCH_MS, TimeUnit.MILLISECONDS)) {
                try {
                    joinAgain();
                    watch.look();
                } catch (RuntimeException e) {
                    LOG.atError().setCause(e).log("a bug in the watch over the group and the WAL's ends, report it");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void joinAgain() {
        LogException failure = owners.failure();
        if (failure == null || ShardOwners.isFinal(failure)) {
            return;
        }
        synchronized (joining) {
            if (closing.getCount() > 0) {
                group.close();
                owners.joining();
                group = join();
            }
        }
    }

    @Override
    public int shards() {
        return setup.config().shards();
    }

    @Override
    public ShardAccess access(int shard) {
        ShardBoard board = owners.board(shard);
        return board == null ? new ShardAccess.Elsewhere() : board.access();
    }

    @Override
    public ShardStatus status(int shard) {
        ShardBoard board = owners.board(shard);
        return board == null ? elsewhere(shard) : board.status(setup.clock().millis());
    }

    @Override
    public CompletableFuture<Answer> resume(int shard) {
        return owners.order(shard, null);
    }

    @Override
    public CompletableFuture<Answer> skip(int shard, long offset, String reason) {
        return owners.order(shard, new Orders.Skip(offset, reason));
    }

    @Override
    public CompletableFuture<Truncated> truncate(int shard, boolean dryRun) {
        return owners.truncate(shard, dryRun);
    }

    private ShardStatus elsewhere(int shard) {
        LogException failure = owners.failure();
        String reason = failure == null ? "" : "not a member of the group: " + failure.getMessage();
        return new ShardStatus(shard, ShardState.ELSEWHERE, reason, null);
    }

    /** Why this process cannot be a member of the group any more, whatever is tried; empty while it is, or tries again. */
    public Optional<String> failure() {
        LogException failure = owners.failure();
        return failure != null && ShardOwners.isFinal(failure)
                ? Optional.of("group %s cannot be taken part in any longer: %s"
                        .formatted(setup.config().group(), failure.getMessage()))
                : Optional.empty();
    }

    /**
     * Commits what is under way, hands the shards back and closes their stores. Returns within little more than the close
     * time-out; what it could not commit is not lost, for the next owner goes on from the last commit. Idempotent.
     */
    @Override
    public void close() {
        synchronized (joining) {
            closing.countDown();
            group.close();
        }
        owners.close();
        truncations.shutdownNow();
        thread.interrupt();
        try {
            thread.join(setup.config().closeTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
