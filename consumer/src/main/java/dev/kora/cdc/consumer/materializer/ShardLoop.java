package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardOperations.Answer;
import dev.kora.cdc.consumer.shard.ShardOperations.Outcome;
import dev.kora.cdc.consumer.shard.ShardOperations.Truncated;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Materialises one shard: Kafka first, the store second.
 *
 * <p><b>Steps.</b> The loop has no thread. Whoever drives it calls {@link #step} again and again, resting as long as each
 * step says: the shard's thread does, and so does a simulation with a clock of its own.
 *
 * <p><b>Order.</b> The shard is taken over ({@link Takeover}), then batch after batch goes from the WAL into the log and, once
 * that has committed it, into the store ({@link CommitCycle}). So the store never holds what the compacted partition does not.
 *
 * <p><b>When something fails</b>, it depends on what was being done ({@link Phase}) and on the kind of the failure:
 *
 * <ul>
 *   <li>a commit that timed out is called again on the same writer, and nothing else is, until the answer is definite;
 *   <li>what can be aborted is; then the shard is taken over anew, and the entries are read and folded again over the store. Nearly always
 *       that has not changed, but a broker that was killed may have forgotten an earlier commit, which the abort would have ended with it
 *       (docs/decisions/0010): then the store holds what the compacted partition does not, and only a takeover notices;
 *   <li>where the writer is of no more use, nobody knows whether the batch is committed. It is given up, and the shard is
 *       taken over anew: the compacted partition has the commit or does not;
 *   <li>being told of a newer owner ends the ownership. As long as the group leaves the shard here all the same, it is taken
 *       over again after a second, then after ever longer, up to a minute: the newer owner may have been one that had not heard yet that it is none;
 *   <li>what cannot be applied, and what no retry mends, halts the shard: nothing goes on past it without an operator. What
 *       came before it is committed first. A halted shard has let go of everything and waits for an order ({@link Orders}); then
 *       it is taken over anew, as if the process had been started again.
 * </ul>
 *
 * <p>While the log is away the loop tries for ever, with rests of up to a second, and the store stays readable.
 */
final class ShardLoop {
    private static final long SETTLE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long HALTED_REST_NANOS = Duration.ofMinutes(1).toNanos();

    /** What is being done: it says what a failure means. */
    enum Phase {
        /** A takeover is to come, or under way. */
        OPENING,
        /** No transaction is open. */
        READING,
        /** A transaction takes what a batch leads to. */
        FOLDING,
        /** The transaction's outcome is asked for. */
        COMMITTING,
        /** The transaction is given up. */
        ABORTING,
        /** An entry is about to be passed over, as an operator wants it. No transaction is open. */
        SKIPPING,
        /** Somebody else owns the shard. */
        AWAY,
        /** Nothing is done before an operator asks for it. */
        HALTED,
        /** Nothing more will be done. */
        ENDED
    }

    private final ShardSetup setup;
    private final ShardBoard board;
    private final Truncation truncation;
    private final Holdings holdings;
    private final CommitCycle cycle;
    private final Backoff backoff = new Backoff();
    private final Absence absence = new Absence();
    private final Orders orders = new Orders();
    private final HaltWords words;

    private volatile Phase phase = Phase.OPENING;
    private volatile boolean finishing;
    private volatile boolean abandoned;
    /** What the shard has just met and is to pass over. */
    private @Nullable PoisonException toSkip;

    ShardLoop(ShardSetup setup, ShardBoard board) {
        this.setup = setup;
        this.board = board;
        this.truncation = new Truncation(setup, board);
        this.holdings = new Holdings(setup, truncation);
        this.cycle = new CommitCycle(setup, board, holdings, truncation);
        this.words = new HaltWords(setup);
    }

    /**
     * Does what can be done now.
     *
     * @param patience how long it may wait for the log where there is nothing else to do
     * @return how long to rest before the next step, in nanoseconds
     */
    long step(Duration patience) {
        try {
            return abandoned ? end() : advance(patience);
        } catch (RuntimeException e) {
            return abandoned ? end() : recover(e);
        }
    }

    private long advance(Duration patience) {
        return switch (phase) {
            case OPENING -> finishing ? end() : open(patience);
            case READING -> finishing ? end() : read(patience);
            case FOLDING -> fold(patience);
            case COMMITTING -> commit();
            case ABORTING -> abort();
            case SKIPPING -> finishing ? end() : skip();
            case AWAY -> finishing ? end() : away();
            case HALTED -> finishing ? end() : halted();
            case ENDED -> 0;
        };
    }

    private long open(Duration patience) {
        Takeover takeover = holdings.takeover();
        Optional<Takeover.Taken> taken = takeover.step(patience);
        if (taken.isEmpty()) {
            // A store that was shown stays readable meanwhile, unless it stands between two checkpoints.
            if (board.state().readable() && holdings.isAtCheckpoint()) {
                board.servingWhile(takeover.doing());
            } else {
                board.starting(takeover.doing());
            }
            return takeover.isWaiting() ? SETTLE_NANOS : 0;
        }
        holdings.beginSession(taken.get());
        cycle.begin(taken.get());
        phase = Phase.READING;
        return 0;
    }

    private long read(Duration patience) {
        long pause = cycle.pauseNanos();
        if (pause > 0) {
            return pause;
        }
        if (cycle.read(patience)) {
            phase = Phase.FOLDING;
        } else {
            worked(cycle.isDrained());
        }
        return 0;
    }

    private long fold(Duration patience) {
        if (!cycle.fold(patience, finishing)) {
            return 0;
        }
        cycle.send();
        phase = Phase.COMMITTING;
        return commit();
    }

    private long commit() {
        cycle.commit();
        cycle.apply();
        phase = Phase.READING;
        worked(true);
        return 0;
    }

    private long abort() {
        cycle.abort();
        holdings.dropSession();
        phase = Phase.OPENING;
        return backoff.next();
    }

    private long skip() {
        PoisonException poison = toSkip;
        Orders.Skip order = poison == null ? null : orders.skipOf(poison, setup);
        if (poison == null || order == null) {
            throw new IllegalStateException("nothing to skip");
        }
        cycle.skip(poison, order.reason());
        phase = Phase.FOLDING;
        return 0;
    }

    private long away() {
        long left = absence.leftNanos(setup.nowNanos());
        if (left == 0) {
            phase = Phase.OPENING;
            board.starting("taking the shard over again, since the group leaves it here");
        }
        return left;
    }

    private long halted() {
        if (!orders.isGiven()) {
            return HALTED_REST_NANOS;
        }
        backoff.reset();
        phase = Phase.OPENING;
        board.resuming();
        return 0;
    }

    /** @param gotOn whether there was something to get past, or surely nothing is */
    private void worked(boolean gotOn) {
        backoff.reset();
        board.worked();
        if (gotOn && orders.isGiven()) {
            orders.worked(holdings.checkpoint());
        }
    }

    // --- when something went wrong

    private long recover(RuntimeException e) {
        if (phase == Phase.READING && orders.skipOf(e, setup) != null) {
            toSkip = (PoisonException) e;
            phase = Phase.SKIPPING;
            return 0;
        }
        return switch (e) {
            case LogException failure -> recover(failure);
            case CdcException.Unavailable unavailable -> unavailable(unavailable);
            case CdcException.Fenced fenced -> leave(fenced);
            case CdcException known -> halt(String.valueOf(known.getMessage()), known);
            default -> fail(e);
        };
    }

    private long recover(LogException e) {
        return switch (e.kind()) {
            case TIMED_OUT -> phase == Phase.FOLDING ? giveUpBatch(e) : retry(e);
            case ABORTABLE -> phase == Phase.FOLDING || phase == Phase.COMMITTING ? giveUpBatch(e) : reopen(e);
            case REOPEN -> reopen(e);
            case FENCED -> leave(e);
            case REFUSED, OUT_OF_RANGE, WENT_BACK, MISSING ->
                halt(
                        "%s cannot be materialised into %s: %s"
                                .formatted(setup.wal(), setup.snapshot(), e.getMessage()),
                        e);
        };
    }

    /**
     * An entry may be folded in part by now: such a batch is given up, and its entries are folded again. And a store that did
     * not take what is committed must not be gone on from: the compacted partition has it.
     */
    private long unavailable(CdcException.Unavailable e) {
        return switch (phase) {
            case SKIPPING, FOLDING -> giveUpBatch(e);
            case COMMITTING -> reopen(e);
            case OPENING, READING, ABORTING, AWAY, HALTED, ENDED -> retry(e);
        };
    }

    private long retry(RuntimeException e) {
        board.troubled(e);
        return backoff.next();
    }

    private long giveUpBatch(RuntimeException e) {
        board.troubled(e);
        phase = Phase.ABORTING;
        return 0;
    }

    private long reopen(RuntimeException e) {
        board.troubled(e);
        holdings.dropSession();
        phase = Phase.OPENING;
        return backoff.next();
    }

    private long leave(RuntimeException e) {
        holdings.tryAbort();
        holdings.dropAll();
        phase = Phase.AWAY;
        absence.begin(setup.nowNanos());
        orders.gone();
        board.elsewhere("another owner has taken the shard over: " + e.getMessage());
        return 0;
    }

    private long halt(String reason, Throwable cause) {
        String first = holdings.isFirst()
                ? "%s holds nothing yet, so %s must hold everything from the first entry on. "
                        .formatted(setup.snapshot(), setup.wal())
                : "";
        LogPartition at = phase == Phase.OPENING ? setup.snapshot() : setup.wal();
        holdings.tryAbort();
        holdings.dropAll();
        Halt halt = words.halt(at, first + reason, cause);
        // In this order, so that an order given from now on is not taken for the one that has failed.
        orders.halted(halt.reason());
        board.halted(halt, cause);
        phase = Phase.HALTED;
        return 0;
    }

    /** Halts the shard from outside of a step. For the thread that drives it. */
    long fail(Throwable bug) {
        return halt("%s: stopped by a bug, report it: %s".formatted(setup.wal(), bug), bug);
    }

    private long end() {
        if (!abandoned) {
            holdings.tryAbort();
        }
        holdings.dropAll();
        phase = Phase.ENDED;
        board.elsewhere("");
        orders.gone();
        return 0;
    }

    // --- for other threads

    /**
     * Lets a halted shard try again.
     *
     * @param skip what it may pass over; null for nothing
     */
    CompletableFuture<Answer> order(Orders.@Nullable Skip skip) {
        CompletableFuture<Answer> answer = orders.give(skip, board.halt());
        if (ended()) {
            orders.gone();
        }
        return answer;
    }

    /** Deletes of the WAL what may go, or, in a dry run, says what that would be. */
    CompletableFuture<Truncated> truncate(boolean dryRun) {
        CompletableFuture<Truncated> answer = truncation.ask(dryRun);
        if (!board.state().readable()) {
            truncation.refuse(
                    board.state() == ShardState.ELSEWHERE ? Outcome.ELSEWHERE : Outcome.REFUSED,
                    "nothing was truncated, for the shard cannot be read here at the moment: look at its status");
        }
        return answer;
    }

    /** Lets the loop end once an open batch is committed. */
    void finish() {
        finishing = true;
    }

    /** Lets the loop end with its next step, whatever is uncommitted. */
    void abandon() {
        abandoned = true;
    }

    boolean ended() {
        return phase == Phase.ENDED;
    }

    Phase phase() {
        return phase;
    }
}
