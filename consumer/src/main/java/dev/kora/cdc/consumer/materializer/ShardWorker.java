package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Truncated;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The thread of one owned shard, {@code kora-shard-<database>-<n>}, driving its loop until that ends. Thread-safe. */
final class ShardWorker {
    /** How long the thread waits for entries before it looks up. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final ShardBoard board;
    private final ShardLoop loop;
    private final Thread thread;

    private ShardWorker(ShardSetup setup) {
        this.board = new ShardBoard(setup.wal());
        this.loop = new ShardLoop(setup, board);
        this.thread = new Thread(this::run, "kora-shard-" + setup.config().database() + "-" + setup.shard());
        this.thread.setDaemon(true);
    }

    static ShardWorker start(ShardSetup setup) {
        ShardWorker worker = new ShardWorker(setup);
        worker.thread.start();
        return worker;
    }

    private void run() {
        while (!loop.ended()) {
            try {
                long restNanos = loop.step(PATIENCE);
                if (restNanos > 0) {
                    LockSupport.parkNanos(restNanos);
                }
            } catch (Throwable bug) {
                loop.fail(bug);
            }
        }
    }

    /** Lets a halted shard try again, and pass over an entry where {@code skip} is not null. */
    CompletableFuture<Answer> order(Orders.@Nullable Skip skip) {
        CompletableFuture<Answer> answer = loop.order(skip);
        LockSupport.unpark(thread);
        return answer;
    }

    /** Deletes of the shard's WAL what may go, or, in a dry run, says what that would be. */
    CompletableFuture<Truncated> truncate(boolean dryRun) {
        return loop.truncate(dryRun);
    }

    ShardBoard board() {
        return board;
    }

    /** Lets the shard go once its open batch is committed. */
    void finish() {
        loop.finish();
        LockSupport.unpark(thread);
    }

    /** Lets the shard go as soon as possible. */
    void abandon() {
        loop.abandon();
        thread.interrupt();
    }

    /** Waits for the thread's end; false where it has not come in time. */
    boolean await(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }
}
