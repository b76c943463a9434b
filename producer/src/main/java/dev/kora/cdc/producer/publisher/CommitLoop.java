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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 *   <li>what can be aborted is aborted; after it the log has none of it, and the same entries go again;
 *   <li>where the writer is of no more use, it is closed, and the log is opened again ({@link Opening}), in the same epoch. Then the log's
 *       tail says how far the last transaction came: its entries are all there, or none of them;
 *   <li>a newer epoch, or being told of a newer writer, is final. So is a tail that cannot be: behind what was committed, or beyond what
 *       was sent;
 *   <li>a write that no retry can mend is final as well, but first its neighbours go: the batch is sent again one command at a time, so that
 *       the refused one is found and named.
 * </ul>
 *
 * <p>While Kafka is away the loop tries for ever, with rests of up to a second; entries wait in the ring, and appenders for room in it.
 */
final class CommitLoop {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();
    private static final long SETTLE_NANOS = Duration.ofMillis(20).toNanos();

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
    private final PublisherMetrics metrics;
    private final Heartbeats heartbeats;
    private final Batch batch;
    private final Backoff backoff = new Backoff();

    private volatile Phase phase = Phase.OPENING;
    private volatile @Nullable String lastError;
    private volatile boolean retrying;
    private volatile boolean abandoned;
    /** Whether this publisher has committed anything: its openings at the least. */
    private volatile boolean running;

    private long begunAtNanos;
    private long notBeforeNanos;
    /** Until this cursor is committed, a transaction takes no more than {@link #commandLimit}: one of them was refused. */
    private long narrowTo;

    private int commandLimit = Integer.MAX_VALUE;
    /** Ends the publisher once the transaction is aborted. */
    private @Nullable CdcException fatal;

    CommitLoop(PublisherSetup setup, Log log, Backlog backlog, Intake intake, Halt halt, PublisherMetrics metrics) {
        this.setup = setup;
        this.backlog = backlog;
        this.reader = new RingReader(backlog.ring());
        this.session = new LogSession(setup, log, backlog, reader, intake);
        this.halt = halt;
        this.metrics = metrics;
        this.heartbeats = new Heartbeats(intake, backlog.sequencers(), backlog.progress());
        this.batch = new Batch(setup, backlog.progress());
    }

    /**
     * Does what can be done now.
     *
     * @return how long to rest before the next step
     */
    Rest step() {
        try {
            return abandoned ? endAbandoned() : advance();
        } catch (LogException e) {
            return recover(e);
        } catch (CdcException.Unavailable e) {
            note(e);
            return reopen();
        } catch (CdcException e) {
            return end(e instanceof CdcException.Fenced ? State.FENCED : State.STOPPED, e);
        } catch (RuntimeException e) {
            return end(State.STOPPED, new CdcException.Corrupt("the publisher stopped by a bug, report it: " + e, e));
        }
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
            lastError = "waiting for " + waitingFor.get();
            return Rest.of(SETTLE_NANOS);
        }
        phase = Phase.READY;
        return Rest.NONE;
    }

    private Rest ready() {
        long now = setup.nanoClock().getAsLong();
        if (!reader.hasNext() && !beat(now)) {
            return halt.closing() && backlog.ring().isEmpty()
                    ? end(State.CLOSED, new CdcException.Fenced("this publisher is closed: open a new one", null))
                    : Rest.untilEntry(heartbeats.nextInNanos(now));
        }
        return now < notBeforeNanos ? Rest.of(notBeforeNanos - now) : transact(now);
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
        begunAtNanos = now;
        batch.clear();
        fill(writer);
        batch.finish(writer);
        return commit();
    }

    private void fill(LogWriter writer) {
        while (reader.next()) {
            batch.add(reader, writer, begunAtNanos);
            if (!reader.moreOfCommand() && isFull()) {
                return;
            }
        }
    }

    private boolean isFull() {
        return batch.records() >= setup.config().batchRecords()
                || batch.bytes() >= setup.config().batchBytes()
                || batch.commands() >= commandLimit
                || setup.nanoClock().getAsLong() - begunAtNanos
                        >= setup.config().linger().toNanos();
    }

    private Rest commit() {
        phase = Phase.COMMITTING;
        session.writer().commit();
        phase = Phase.READY;
        long now = setup.nanoClock().getAsLong();
        notBeforeNanos = now + PAUSE_NANOS;
        count(now);
        worked();
        backlog.commit(reader);
        return Rest.NONE;
    }

    private void count(long now) {
        metrics.commits.increment();
        metrics.committedEntries.add(batch.records());
        metrics.committedBytes.add(batch.bytes());
        metrics.transactionEntries.record(batch.records());
        metrics.transactionNanos.record(now - begunAtNanos);
    }

    private void worked() {
        running = true;
        backoff.reset();
        if (reader.drained() >= narrowTo) {
            commandLimit = Integer.MAX_VALUE;
        }
        if (retrying) {
            retrying = false;
            LOG.atInfo().addKeyValue("topic", setup.topic()).log("entries are committed again");
        }
    }

    private Rest abort() {
        phase = Phase.ABORTING;
        session.writer().abort();
        metrics.aborted.increment();
        backlog.rewind(reader);
        phase = Phase.READY;
        return fatal == null ? backoff.next() : end(State.STOPPED, fatal);
    }

    // --- when something went wrong

    private Rest recover(LogException e) {
        if (fatal != null) {
            return end(State.STOPPED, fatal);
        }
        if (e.kind() == Kind.FENCED) {
            return end(State.FENCED, fenced(e));
        }
        note(e);
        return switch (phase) {
            case OPENING -> failedOpening(e);
            case READY, ABORTING -> e.kind() == Kind.TIMED_OUT ? backoff.next() : reopen();
            case SENDING -> failedSending(e);
            case COMMITTING -> e.kind() == Kind.TIMED_OUT ? backoff.next() : failedSending(e);
            case ENDED -> Rest.NONE;
        };
    }

    private CdcException fenced(LogException e) {
        return new CdcException.Fenced(
                "%s: a newer writer has taken over; stop this one (%s)".formatted(setup.topic(), e.getMessage()), e);
    }

    private Rest failedOpening(LogException e) {
        session.drop();
        return switch (e.kind()) {
            case REFUSED ->
                end(
                        State.STOPPED,
                        new CdcException.Invalid(
                                "%s cannot be written: %s".formatted(setup.topic(), e.getMessage()), e));
            case MISSING -> session.opened() ? backoff.next() : end(State.STOPPED, missing(e));
            case TIMED_OUT, ABORTABLE, REOPEN, FENCED, OUT_OF_RANGE, WENT_BACK -> backoff.next();
        };
    }

    private CdcException missing(LogException e) {
        return new CdcException.Invalid(
                "topic %s with %d partitions does not exist: create the database's topics first (%s)"
                        .formatted(setup.topic(), setup.config().shards(), e.getMessage()),
                e);
    }

    /** A transaction that is not committed for sure: what became of it? */
    private Rest failedSending(LogException e) {
        return switch (e.kind()) {
            case TIMED_OUT, ABORTABLE -> giveUp();
            case REFUSED -> narrow(e);
            case REOPEN, FENCED, OUT_OF_RANGE, WENT_BACK, MISSING -> reopen();
        };
    }

    private Rest giveUp() {
        phase = Phase.ABORTING;
        return Rest.NONE;
    }

    /** Something in the batch is refused for good: sends half as many commands next time, until it is alone. */
    private Rest narrow(LogException e) {
        if (batch.commands() <= 1) {
            fatal = new CdcException.Invalid(
                    "%s refuses %s, and no retry mends that: %s. Mend its cause and open a new publisher; what came after it is not committed"
                            .formatted(setup.topic(), batch.describe(), e.getMessage()),
                    e);
        } else {
            narrowTo = Math.max(narrowTo, reader.drained());
            commandLimit = batch.commands() / 2;
        }
        return giveUp();
    }

    private Rest reopen() {
        metrics.reopened.increment();
        session.drop();
        phase = Phase.OPENING;
        return backoff.next();
    }

    private void note(Exception e) {
        metrics.errors.increment();
        lastError = e.getMessage();
        if (!retrying) {
            retrying = true;
            LOG.atWarn()
                    .addKeyValue("topic", setup.topic())
                    .addKeyValue("phase", phase)
                    .addKeyValue("error", e.getMessage())
                    .log("entries wait in memory until the log takes them again");
        }
    }

    private Rest endAbandoned() {
        return phase == Phase.ENDED
                ? Rest.NONE
                : end(
                        State.CLOSED,
                        new CdcException.Unavailable(
                                "closed before everything was committed: %d entries may or may not be in %s (last error: %s)"
                                        .formatted(backlog.pendingEntries(), setup.topic(), lastError),
                                null));
    }

    private Rest end(State state, CdcException cause) {
        session.drop();
        if (state != State.CLOSED) {
            lastError = cause.getMessage();
            LOG.atError()
                    .addKeyValue("topic", setup.topic())
                    .addKeyValue("uncommitted", backlog.pendingEntries())
                    .addKeyValue("cause", cause.getMessage())
                    .log("publisher stopped for good");
        }
        halt.end(state, cause);
        phase = Phase.ENDED;
        backlog.end(cause);
        return Rest.NONE;
    }

    /** Ends the loop from outside of its steps. For the thread that drives it. */
    void fail(Throwable bug) {
        end(State.STOPPED, new CdcException.Corrupt("the publisher stopped by a bug, report it: " + bug, bug));
    }

    // --- for other threads

    /** The next step ends the loop, whatever is uncommitted. */
    void abandon() {
        abandoned = true;
    }

    boolean ended() {
        return phase == Phase.ENDED;
    }

    /** Whether the openings of this publisher's epoch are committed. */
    boolean running() {
        return running;
    }

    @Nullable
    String lastError() {
        return lastError;
    }

    State state() {
        Halt.Ending ending = halt.ending();
        if (ending != null) {
            return ending.state();
        }
        if (!running) {
            return State.OPENING;
        }
        return retrying ? State.RETRYING : State.RUNNING;
    }

    RingReader reader() {
        return reader;
    }
}
