package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of entries from the WAL into the log and then into the store: read, fold, send, commit, apply. {@link ShardLoop}
 * says which comes next, and what a failure leads to. For the shard's thread.
 *
 * <p>A batch takes entries until the WAL is drained, its time is over or it is full; so an entry alone is committed at once
 * and a burst shares a commit. The next batch begins no sooner than 2 ms after a commit: earlier it meets the commit's own
 * markers at the broker, and waits 20 ms for them.
 */
final class CommitCycle {
    private static final long PAUSE_NANOS = Duration.ofMillis(2).toNanos();

    private final ShardSetup setup;
    private final ShardBoard board;
    private final Holdings holdings;
    private final Truncation truncation;
    private final FlushPolicy flushes;
    private long notBeforeNanos;
    /** A batch whose commit has not been answered yet. */
    private @Nullable Batch uncertain;
    /** Where the WAL ended when the shard was taken over. */
    private long target;

    CommitCycle(ShardSetup setup, ShardBoard board, Holdings holdings, Truncation truncation) {
        this.setup = setup;
        this.board = board;
        this.holdings = holdings;
        this.truncation = truncation;
        this.flushes = new FlushPolicy(setup.config());
    }

    /** Goes on from a takeover: there is a session, and the store stands where it says. */
    void begin(Takeover.Taken taken) {
        target = taken.walEnds().lastStable();
        board.seen(taken.walEnds(), null);
        SnapshotRow.Checkpoint checkpoint = taken.checkpoint();
        if (uncertain != null && uncertain.checkpoint().equals(checkpoint)) {
            uncertain.count(board.counters());
        }
        uncertain = null;
        truncation.begin(taken, store().position().snapshot().offset());
        if (checkpoint == null) {
            board.foundNothing();
        } else {
            board.found(checkpoint, store().position().snapshot().offset());
            serve(checkpoint.position() >= target);
        }
    }

    private void serve(boolean caughtUp) {
        boolean running = caughtUp || board.state() == ShardState.RUNNING;
        board.serving(running ? ShardState.RUNNING : ShardState.CATCHING_UP, holdings.openStore());
    }

    /** How long to rest before the next batch may begin, in nanoseconds. */
    long pauseNanos() {
        return Math.max(0, notBeforeNanos - setup.nowNanos());
    }

    /**
     * Waits for entries, and begins a batch where there are some.
     *
     * @return whether it began one
     */
    boolean read(Duration patience) {
        if (flushes.isDue(setup.nowNanos())) {
            store().flush();
            flushes.flushed();
        }
        truncation.step();
        Session session = holdings.session();
        session.poll(patience);
        if (session.hasNext()) {
            holdings.beginBatch();
            return true;
        }
        board.readTo(session.offset());
        if (board.state() == ShardState.CATCHING_UP && session.isDrained()) {
            serve(true);
        }
        return false;
    }

    /** Whether the WAL's end, as of the broker's last answer, has been reached. */
    boolean isDrained() {
        return holdings.session().isDrained();
    }

    /**
     * Begins a batch with an entry that is passed over; what comes behind it may go on in the same batch.
     *
     * @param poison as the last read has thrown it
     * @param reason the operator's words
     */
    void skip(PoisonException poison, String reason) {
        holdings.beginBatch();
        Session session = holdings.session();
        holdings.batch().skip(session.pass(poison), session.position(), reason);
    }

    /**
     * Folds what was read, and waits for more where the batch may take it.
     *
     * @param last whether the batch is to take no more than what was read
     * @return whether the batch is complete
     */
    boolean fold(Duration patience, boolean last) {
        Session session = holdings.session();
        Batch batch = holdings.batch();
        while (session.hasNext() && !batch.isFull()) {
            batch.fold(session.next());
        }
        Duration left = batch.left();
        if (last || batch.isFull() || left.isNegative() || session.isDrained()) {
            return true;
        }
        try {
            session.poll(left.compareTo(patience) < 0 ? left : patience);
            return false;
        } catch (CdcException metAgainByTheNextRead) {
            return true;
        }
    }

    /** Sends the batch; its transaction is ready to be committed then. */
    void send() {
        checkSnapshotTopic();
        setup.at(Step.SEND);
        holdings.batch().send();
    }

    /** A topic created anew would take the commit without the rows that it leaves as they are. */
    private void checkSnapshotTopic() {
        String actual = board.snapshotTopicId();
        String expected = holdings.session().snapshotTopicId();
        if (actual != null && !actual.equals(expected)) {
            throw new CdcException.Corrupt(
                    "topic %s was created anew: its id is %s, expected %s. Restore it, or start a new database"
                            .formatted(setup.config().snapshotTopic(), actual, expected));
        }
    }

    /** Commits the batch to the log, as often as needed: only a definite answer returns. */
    void commit() {
        setup.at(Step.COMMIT);
        uncertain = holdings.batch();
        holdings.session().writer().commit();
    }

    /** Applies the batch to the store, now that the log has it for good. Where that fails, the batch is gone all the same. */
    void apply() {
        Session session = holdings.session();
        Batch batch = holdings.batch();
        SnapshotRow.Checkpoint checkpoint = batch.checkpoint();
        // The log does not tell a writer the leader epoch.
        LogPosition snapshot = LogPosition.of(session.writer().offsetNext(setup.snapshot()));
        holdings.dropBatch();
        setup.at(Step.APPLY);
        store().apply(batch.toStoreBatch(session.snapshotTopicId(), snapshot));
        long now = setup.nowNanos();
        notBeforeNanos = now + PAUSE_NANOS;
        flushes.changed(batch.changedBytes(), now);
        board.counters().addDuplicates(session.committed());
        batch.count(board.counters());
        uncertain = null;
        board.applied(checkpoint, snapshot.offset(), setup.nowMs());
        truncation.committed(checkpoint, snapshot.offset());
        serve(checkpoint.position() >= target);
    }

    /** Gives the batch up, of which nothing is in the log or the store then. */
    void abort() {
        holdings.session().writer().abort();
        uncertain = null;
        holdings.dropBatch();
    }

    private Store store() {
        return holdings.openStore().store();
    }
}
