package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Optional;

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
 *   <li>what can be aborted is; then the entries are read and folded again over the store, which has not changed;
 *   <li>where the writer is of no more use, nobody knows whether the batch is committed. It is given up, and the shard is
 *       taken over anew: the compacted partition has the commit or does not;
 *   <li>being told of a newer owner ends the ownership. As long as the group leaves the shard here all the same, it is taken
 *       over again after a second, then after ever longer, up to a minute: the newer owner may have been one that had not heard yet that it is none;
 *   <li>what cannot be applied, and what no retry mends, halts the shard: nothing goes on past it without an operator. What
 *       came before it is committed first.
 * </ul>
 *
 * <p>While the log is away the loop tries for ever, with rests of up to a second, and the store stays readable.
 */
final class ShardLoop {
    private static final long SETTLE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long FIRST_AWAY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_AWAY_NANOS = Duration.ofMinutes(1).toNanos();

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
        /** Somebody else owns the shard. */
        AWAY,
        /** Nothing more will be done. */
        ENDED
    }

    private final ShardSetup setup;
    private final ShardBoard board;
    private final Holdings holdings;
    private final CommitCycle cycle;
    private final Backoff backoff = new Backoff();

    private volatile Phase phase = Phase.OPENING;
    private volatile boolean finishing;
    private volatile boolean abandoned;
    private long awayUntilNanos;
    /** How long the shard was left alone the last time; 0 where it never was. */
    private long awayNanos;

    ShardLoop(ShardSetup setup, ShardBoard board) {
        this.setup = setup;
        this.board = board;
        this.holdings = new Holdings(setup);
        this.cycle = new CommitCycle(setup, board, holdings);
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
            case AWAY -> finishing ? end() : away();
            case ENDED -> 0;
        };
    }

    private long open(Duration patience) {
        Takeover takeover = holdings.takeover();
        Optional<Takeover.Taken> taken = takeover.step(patience);
        if (taken.isEmpty()) {
            // A store that was shown stays readable meanwhile, unless it stands between two checkpoints.
            if (!board.state().readable() || !holdings.isAtCheckpoint()) {
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
            worked();
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
        worked();
        return 0;
    }

    private long abort() {
        cycle.abort();
        phase = Phase.READING;
        return backoff.next();
    }

    private long away() {
        long left = awayUntilNanos - setup.nowNanos();
        if (left <= 0) {
            phase = Phase.OPENING;
            board.starting("taking the shard over again, since the group leaves it here");
        }
        return Math.max(0, left);
    }

    private void worked() {
        backoff.reset();
        board.worked();
    }

    // --- when something went wrong

    private long recover(RuntimeException e) {
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
                        "%s cannot be materialised into %s: %s; mend that and start again"
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
            case FOLDING -> giveUpBatch(e);
            case COMMITTING -> reopen(e);
            case OPENING, READING, ABORTING, AWAY, ENDED -> retry(e);
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
        standAside();
        board.elsewhere("another owner has taken the shard over: " + e.getMessage());
        return 0;
    }

    /** Twice as long as the last time, unless that is long ago: two who take the shard from each other must not do it for ever. */
    private void standAside() {
        long now = setup.nowNanos();
        boolean again = awayNanos > 0 && now - awayUntilNanos < LONGEST_AWAY_NANOS;
        awayNanos = again ? Math.min(2 * awayNanos, LONGEST_AWAY_NANOS) : FIRST_AWAY_NANOS;
        awayUntilNanos = now + awayNanos;
    }

    private long halt(String reason, Throwable cause) {
        String first = holdings.isFirst()
                ? "%s holds nothing yet, so %s must hold everything from the first entry on. "
                        .formatted(setup.snapshot(), setup.wal())
                : "";
        holdings.tryAbort();
        holdings.dropAll();
        phase = Phase.ENDED;
        board.halted(first + reason, cause);
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
        return 0;
    }

    // --- for other threads

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
