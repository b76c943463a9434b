package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is in the ring into the log, exactly once: group commit, and what follows when something goes wrong.
 *
 * <p><b>Steps.</b> The loop has no thread. Whoever drives it calls {@link #step()} again and again, resting as long as each step says:
 * the publisher's thread does, and so does a simulation with a clock of its own. A step makes at most one transaction.
 *
 * <p><b>Group commit.</b> A transaction takes what is in the ring, and what comes meanwhile, until the ring is drained, the linger is
 * over or a bound is reached; then it is committed. So an entry alone is committed at once, and a burst shares a commit. A command is never
 * split. The next transaction begins no sooner than 2 ms after a commit: earlier, it meets the commit's own markers at the broker, and
 * waits 20 ms for them.
 *
 * <p><b>The log's end decides.</b> The ring holds all that is not known to be committed, in order. So whatever fails, the answer is to find out
 * what the log has, drop just that from the ring, and send the rest again, with the sequences it has. What may be done depends on what was
 * being done ({@link Phase}) and on the kind of failure:
 *
 * <ul>
 *   <li>a commit that timed out is called again on the same writer, and nothing else is, until it gives a definite answer: beginning or
 *       aborting now could drop or double its entries, and a fresh writer could fence a live successor;
 *   <li>what can be aborted is aborted; then the log's tails are looked at, for a broker that was killed may have forgotten an earlier commit, which
 *       the abort would have ended with it (docs/decisions/0010). If all is there, the same entries go again, by the same writer;
 *   <li>where the writer is of no more use, it is closed, and the log is opened again ({@link Opening}), in the same epoch. Then the log's
 *       tail says how far the last transaction came: its entries are all there, or none of them. But first a second passes: what failed may
 *       have done so because a newer writer is opening, of which the log says nothing yet, and which a fresh writer would fence;
 *   <li>a newer epoch, or being told of a newer writer once the own epoch is open, is final. So is a tail that cannot be: behind what was committed, or beyond what
 *       was sent;
 *   <li>a write that no retry can mend is final as well, but first its neighbours go: fewer and fewer commands are sent at a time ({@link
 *       Batch}), until the refused one is alone, and named;
 *   <li>so is a commit that ended before the end of an earlier one: the topic was created anew, or lost what it had. The tail alone would not
 *       tell, since it is this commit's.
 * </ul>
 *
 * <p><b>What lasts.</b> While Kafka is away the loop tries for ever, with rests of up to a second; entries wait in the ring, and appenders
 * for room in it. So does a commit that never gets an answer, and a command that takes longer than its transaction may although it is sent
 * alone: time may mend that, and giving up would lose what was taken. Neither is silent: status and log say since when, and what; who
 * waits for a command is told after the sync time-out that it takes long.
 */
final class CommitLoop {
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();
    private static final long SETTLE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long GIVE_WAY_NANOS = Duration.ofSeconds(1).toNanos();

    /** What is being done with the log: it says what a failure means. */
    enum Phase {
        /** No writer. */
        OPENING,
        /** A writer without a transaction. */
        READY,
        /** A transaction takes entries. */
        SENDING,
        /** A transaction's outcome is asked for. */
        COMMITTING,
        /** A transaction is given up. */
        ABORTING,
        /** Nothing more will be done. */
        ENDED
    }

    private final PublisherSetup setup;
    private final Backlog backlog;
    private final RingReader reader;
    private final LogSession session;
    private final Halt halt;
    private final Condition condition;
    private final PublisherMetrics metrics;
    private final Heartbeats heartbeats;
    private final Batch batch;
    private final Backoff backoff = new Backoff();

    private volatile Phase phase = Phase.OPENING;
    private volatile boolean abandoned;

    /** How often in a row one command alone has outlasted its transaction. */
    private int outlasted;

    private long notBeforeNanos;
    /** Ends the publisher once the transaction is aborted. */
    private @Nullable CdcException fatal;

    CommitLoop(PublisherSetup setup, Log log, Backlog backlog, Intake intake, Halt halt, PublisherMetrics metrics) {
        this.setup = setup;
        this.backlog = backlog;
        this.reader = new RingReader(backlog.ring());
        this.session = new LogSession(setup, log, backlog, reader, intake, metrics);
        this.halt = halt;
        this.condition = new Condition(setup, halt, metrics);
        this.metrics = metrics;
        this.heartbeats = new Heartbeats(intake, backlog.sequencers(), backlog.progress());
        this.batch = new Batch(setup, backlog.progress());
        this.notBeforeNanos = setup.nanoClock().getAsLong();
    }

    /**
     * Does what can be done now.
     *
     * @return how long to rest before the next step
     */
    Rest step() {
        Rest rest = tryStep();
        if (phase != Phase.READY && phase != Phase.ENDED) {
            tellLate();
        }
        return rest;
    }

    private Rest tryStep() {
        try {
            return abandoned ? endAbandoned() : advance();
        } catch (LogException e) {
            return recover(e);
        } catch (CdcException.Unavailable e) {
            condition.failed(phase, String.valueOf(e.getMessage()));
            return reopen();
        } catch (CdcException e) {
            return end(e instanceof CdcException.Fenced ? State.FENCED : State.STOPPED, e);
        } catch (RuntimeException e) {
            return end(State.STOPPED, Endings.bug(e));
        }
    }

    private void tellLate() {
        Duration timeout = setup.config().syncTimeout();
        backlog.listeners()
                .late(
                        setup.nanoClock().getAsLong() - timeout.toNanos(),
                        () -> Endings.late(setup.topic(), timeout, condition.lastError()));
    }

    private Rest advance() {
        return switch (phase) {
            case OPENING -> open();
            case READY -> ready();
            case SENDING -> throw new IllegalStateException("a step ended within a transaction");
            case COMMITTING -> commit();
            case ABORTING -> abort();
            case ENDED -> Rest.NONE;
        };
    }

    private Rest open() {
        Optional<String> waitingFor = session.open();
        if (waitingFor.isPresent()) {
            condition.waits(phase, waitingFor.get());
            return Rest.of(SETTLE_NANOS);
        }
        if (fatal != null) {
            return end(State.STOPPED, fatal);
        }
        phase = Phase.READY;
        if (!reader.hasNext()) {
            worked(); // the log holds all of it
        }
        return Rest.NONE;
    }

    private Rest ready() {
        long now = setup.nanoClock().getAsLong();
        if (!hasNext() && !beat(now)) {
            return halt.settled() && backlog.ring().isEmpty()
                    ? end(State.CLOSED, Endings.closed())
                    : Rest.untilEntry(heartbeats.nextInNanos(now));
        }
        return now - notBeforeNanos < 0 ? Rest.of(notBeforeNanos - now) : transact(now);
    }

    private boolean hasNext() {
        boolean next = reader.hasNext();
        if (!next && reader.drained() != backlog.ring().committed()) {
            backlog.commit(reader); // padding, which has no transaction to wait for
        }
        return next;
    }

    /** Appends the heartbeats that are due; returns whether there were any. */
    private boolean beat(long now) {
        if (halt.closing() || !backlog.ring().isEmpty()) {
            return false;
        }
        int appended = heartbeats.append(now);
        metrics.heartbeats.add(appended);
        return appended > 0;
    }

    private Rest transact(long now) {
        LogWriter writer = session.writer();
        writer.begin();
        phase = Phase.SENDING;
        batch.begin(now);
        fill(writer);
        batch.finish(writer);
        return commit();
    }

    private void fill(LogWriter writer) {
        while (reader.next()) {
            batch.add(reader, writer);
            if (batch.isFull(setup.nanoClock().getAsLong())) {
                return;
            }
        }
    }

    private Rest commit() {
        phase = Phase.COMMITTING;
        session.writer().commit();
        phase = Phase.READY;
        long now = setup.nanoClock().getAsLong();
        notBeforeNanos = now + PAUSE_NANOS;
        count(now);
        batch.grow();
        backlog.commit(reader);
        worked();
        return Rest.NONE;
    }

    private void count(long now) {
        metrics.commits.increment();
        metrics.committedEntries.add(batch.records());
        metrics.committedBytes.add(batch.bytes());
        metrics.transactionEntries.record(batch.records());
        metrics.transactionNanos.record(now - batch.begunAtNanos());
    }

    private void worked() {
        backoff.reset();
        outlasted = 0;
        // The openings may need several transactions. Before the last is committed the ring must hold nothing else.
        if (session.opened() && condition.worked()) {
            backlog.signal().changed();
        }
    }

    private Rest abort() {
        phase = Phase.ABORTING;
        session.writer().abort();
        metrics.aborted.increment();
        session.lookAgain();
        phase = Phase.OPENING;
        return fatal == null ? backoff.next() : Rest.NONE;
    }

    // --- when something went wrong

    private Rest recover(LogException e) {
        if (fatal != null) {
            return end(State.STOPPED, fatal);
        }
        if (e.kind() == Kind.FENCED && session.opened()) {
            return end(State.FENCED, Endings.fenced(setup.topic(), e));
        }
        if (e.kind() == Kind.WENT_BACK) {
            return end(State.STOPPED, Endings.wentBack(setup.topic(), e));
        }
        condition.failed(phase, describe(e));
        if (e.kind() == Kind.FENCED) {
            return fencedAmidOpening();
        }
        return switch (phase) {
            case OPENING -> failedOpening(e);
            case READY, ABORTING -> e.kind() == Kind.TIMED_OUT ? backoff.next() : reopen();
            case SENDING -> failedSending(e);
            case COMMITTING -> e.kind() == Kind.TIMED_OUT ? backoff.next() : failedSending(e);
            case ENDED -> Rest.NONE;
        };
    }

    private String describe(LogException e) {
        if (outlasts(e)) {
            outlasted++;
        }
        return outlasted > 1 && phase != Phase.OPENING
                ? Endings.outlasted(setup.config(), batch.describe(), outlasted, e)
                : String.valueOf(e.getMessage());
    }

    /** Whether the broker may have ended the transaction because one command alone took longer than it may. */
    private boolean outlasts(LogException e) {
        boolean inTransaction = phase == Phase.SENDING || phase == Phase.COMMITTING;
        long lasted = setup.nanoClock().getAsLong() - batch.begunAtNanos();
        return inTransaction
                && e.kind() == Kind.REOPEN
                && batch.isOneCommand()
                && lasted >= setup.config().transactionTimeout().toNanos();
    }

    /** By whom, the log will show: a newer writer opens its epochs there, and the former one, which was opening again, does not. */
    private Rest fencedAmidOpening() {
        session.fenced();
        phase = Phase.OPENING;
        return Rest.of(GIVE_WAY_NANOS);
    }

    private Rest failedOpening(LogException e) {
        session.drop();
        return switch (e.kind()) {
            case REFUSED -> end(State.STOPPED, Endings.notWritable(setup.topic(), e));
            case MISSING ->
                session.opened()
                        ? backoff.next()
                        : end(
                                State.STOPPED,
                                Endings.missing(setup.topic(), setup.config().shards(), e));
            case TIMED_OUT, ABORTABLE, REOPEN, FENCED, OUT_OF_RANGE, WENT_BACK ->
                session.opened() ? Rest.of(GIVE_WAY_NANOS) : backoff.next();
        };
    }

    /** A transaction that is not committed for sure: what became of it? */
    private Rest failedSending(LogException e) {
        if (e.kind() == Kind.REFUSED && batch.isOneCommand()) {
            fatal = Endings.refused(
                    setup.topic(), batch.describe(), setup.clock().instant(), e);
        }
        batch.halve();
        return switch (e.kind()) {
            case TIMED_OUT, ABORTABLE, REFUSED -> {
                phase = Phase.ABORTING;
                yield Rest.NONE;
            }
            case REOPEN, FENCED, OUT_OF_RANGE, WENT_BACK, MISSING -> reopen();
        };
    }

    private Rest reopen() {
        metrics.reopened.increment();
        session.drop();
        phase = Phase.OPENING;
        return session.opened() ? Rest.of(GIVE_WAY_NANOS) : backoff.next();
    }

    private Rest endAbandoned() {
        return phase == Phase.ENDED
                ? Rest.NONE
                : end(State.CLOSED, Endings.abandoned(setup.topic(), backlog.pendingEntries(), condition.lastError()));
    }

    private Rest end(State state, CdcException cause) {
        session.drop();
        if (state != State.CLOSED) {
            condition.stopped(cause, backlog.pendingEntries());
        }
        halt.end(state, cause);
        phase = Phase.ENDED;
        backlog.end(cause);
        return Rest.NONE;
    }

    /** Ends the loop from outside of its steps. For the thread that drives it. */
    void fail(Throwable bug) {
        end(State.STOPPED, Endings.bug(bug));
    }

    /** The next step ends the loop, whatever is uncommitted. For any thread. */
    void abandon() {
        abandoned = true;
    }

    /** For any thread. */
    boolean ended() {
        return phase == Phase.ENDED;
    }

    /** How it fares; for any thread. */
    Condition condition() {
        return condition;
    }

    RingReader reader() {
        return reader;
    }
}
