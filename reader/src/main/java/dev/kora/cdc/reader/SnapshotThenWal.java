package dev.kora.cdc.reader;

import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.reader.PositionLostException.Loss;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a shard from its state on: first the rows at a checkpoint whose row count and digest match, then every entry of the WAL
 * behind it, each once and in order, however often the log has been truncated.
 *
 * <pre>{@code
 * try (var reader = SnapshotThenWal.open(ShardTopics.of(log, codecs, "kora", 0), saved)) {
 *     while (running) {
 *         for (Change change : reader.poll(Duration.ofSeconds(1))) {
 *             switch (change) {
 *                 case Change.Reset reset -> drop everything of this shard
 *                 case Change.Rows rows -> delete rows.piece().deletions(), upsert rows.piece().puts()
 *                 case Change.StateComplete complete -> from here on what is held is a state, and may be shown
 *                 case Change.Entry entry -> apply entry.logged().entry()
 *             }
 *             save change.after().toBytes(), in the same transaction
 *         }
 *     }
 * }
 * }</pre>
 *
 * <h2>Starting again</h2>
 *
 * Where the log was truncated beyond a position, what stood between is in the state alone: the reading starts again from the
 * state, with a {@link Change.Reset} first. So it does where count and digest do not match, whose rows were passed on by then; and
 * behind an entry that the shard's owner was told to skip. A subscriber needs no case for any of them but RESET. A
 * state that is cut short (the process died) begins anew as well, for its position is {@link SavedPosition#NONE}.
 *
 * <p>What no state mends is thrown, and every later poll throws the same: a log that went back or was created anew, a broken entry, a
 * compacted partition that matches none of its checkpoints. To start again all the same, open a reader without a position.
 *
 * <h2>Memory</h2>
 *
 * Rows are passed on in pieces of up to 10,000 rows or about 8 MiB, whether or not they turn out to be a state; a row that stands in the
 * compacted partition more than once comes more than once, and the last one counts. To know which rows a later one replaces, the
 * reader keeps 22 to 43 bytes for each row until the state is complete. A subscriber that {@link HeldRows holds the rows} where it
 * can be asked spares it that. Entries are returned as they are polled: some hundred at a time, or one megabyte.
 *
 * <p>Stepped by its caller, without a thread of its own; not thread-safe.
 */
public final class SnapshotThenWal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotThenWal.class);

    private final ShardTopics topics;
    private final @Nullable HeldRows held;
    private final SnapshotTail checkpoints;

    /** While the state is read. */
    private @Nullable State state;
    /** From the state, or from a saved position on: where the next entry is expected. */
    private @Nullable WalStart next;

    private @Nullable WalReader wal;
    /** No state at or before this position is of use: the log behind it is known to be gone. */
    private long lostUpTo = -1;

    private CdcException.@Nullable Corrupt broken;

    private SnapshotThenWal(ShardTopics topics, SavedPosition from, @Nullable HeldRows held) {
        from.check(topics.shard());
        this.topics = topics;
        this.held = held;
        this.checkpoints = new SnapshotTail(topics.log(), topics.rowCodec());
        this.next = from.start();
    }

    /**
     * Opens a reader; it does no I/O before the first poll.
     *
     * @param from as it was saved, or {@link SavedPosition#NONE}
     * @throws CdcException.Invalid the position is one of another shard
     */
    public static SnapshotThenWal open(ShardTopics topics, SavedPosition from) {
        return new SnapshotThenWal(topics, from, null);
    }

    /** As {@link #open(ShardTopics, SavedPosition)}, for a subscriber that can be asked for the rows that it holds. */
    public static SnapshotThenWal open(ShardTopics topics, SavedPosition from, HeldRows held) {
        return new SnapshotThenWal(topics, from, held);
    }

    /**
     * The next changes, in order; none where none came for {@code timeout}. Each must have had its effect before the next poll.
     *
     * @throws CdcException.Unavailable the log, or the registry for an unknown schema, cannot be reached: poll again
     * @throws CdcException.Invalid a topic is missing or may not be read
     * @throws PoisonException a record breaks the log. Where the shard's owner is told to skip it, a later poll goes on behind it
     * @throws CdcException.Corrupt the log went back or was created anew ({@link PositionLostException}), or no checkpoint matches
     */
    public List<Change> poll(Duration timeout) {
        if (broken != null) {
            throw broken;
        }
        try {
            return next == null ? readState(timeout) : readLog(next, timeout);
        } catch (PoisonException e) {
            // In the log it may yet be skipped; in the compacted partition nothing mends it.
            broken = next == null ? e : null;
            throw e;
        } catch (CdcException.Corrupt e) {
            broken = e;
            throw e;
        }
    }

    /** One change at a time: whoever holds the rows has to have seen it before the next is looked for. */
    private List<Change> readState(Duration timeout) {
        if (state == null) {
            state = new State(topics, StateDelivery.begin(held));
        }
        Change change = state.poll(timeout);
        if (change instanceof Change.StateComplete complete) {
            checkOfUse(complete);
            next = complete.after().start();
            closeState();
        }
        return change == null ? List.of() : List.of(change);
    }

    private void checkOfUse(Change.StateComplete complete) {
        SnapshotRow.Checkpoint checkpoint = complete.checkpoint();
        if (checkpoint != null && checkpoint.position() <= lostUpTo) {
            throw new CdcException.Corrupt(
                    "%s: its newest checkpoint is at position %d of %s, and the entries behind it were deleted: no state leads on. Restore the compacted partition, or start a new database"
                            .formatted(topics.snapshot(), checkpoint.position(), topics.wal()));
        }
    }

    private List<Change> readLog(WalStart from, Duration timeout) {
        if (wal == null) {
            wal = WalReader.open(topics.log(), topics.wal(), topics.walCodec(), from, topics.nanoClock());
        }
        try {
            return wal.poll(timeout).stream().map(this::entry).toList();
        } catch (PositionLostException e) {
            if (e.loss() != Loss.TRUNCATED) {
                throw e;
            }
            return startAgain(from, e);
        } catch (PoisonException e) {
            if (!wasSkipped(e)) {
                throw e;
            }
            return startAgain(from, e);
        }
    }

    private Change entry(LoggedEntry logged) {
        WalStart from = next;
        if (from == null) {
            throw new IllegalStateException("an entry without a beginning");
        }
        long epoch = logged.entry().epoch();
        long sequence = logged.entry().sequence();
        long seenFrom = from.passed() == null ? from.seenFrom() : sequence;
        LogPosition behind = new LogPosition(logged.offset() + 1, logged.leaderEpoch());
        next = new WalStart(from.topicId(), behind, epoch, sequence, null, seenFrom);
        return new Change.Entry(logged, SavedPosition.at(topics.shard(), next));
    }

    /** Whether the shard's owner was told to go on without an entry here or further on: then its checkpoint leads past this one. */
    private boolean wasSkipped(PoisonException poison) {
        try {
            Optional<SnapshotRow.Checkpoint> newest = checkpoints.find(topics.snapshot());
            SnapshotRow.Skips skips = newest.map(SnapshotRow.Checkpoint::skips).orElse(null);
            return skips != null && skips.offset() >= poison.offset();
        } catch (CdcException unknown) {
            poison.addSuppressed(unknown);
            return false;
        }
    }

    private List<Change> startAgain(WalStart from, CdcException why) {
        LOG.atWarn()
                .addKeyValue("partition", topics.wal())
                .addKeyValue("reason", why.getMessage())
                .log("reading starts again from the state");
        lostUpTo = from.position().offset();
        closeWal();
        next = null;
        return readState(Duration.ZERO);
    }

    /** Whether everything that was committed as of the broker's last answer has been returned; never before a state is complete. */
    public boolean caughtUp() {
        return wal != null && wal.caughtUp();
    }

    /** Offset of the WAL that the reading has come to; empty while the state is read, and before the first poll behind it. */
    public Optional<LogPosition> position() {
        return Optional.ofNullable(wal).map(WalReader::position);
    }

    /** How far the reading of the state has come; empty where none is read. For people. */
    public Optional<SnapshotBootstrap.Progress> stateProgress() {
        return Optional.ofNullable(state).map(State::progress);
    }

    /** Number of duplicate entries dropped since the state, or the position that was saved. */
    public long duplicates() {
        return wal == null ? 0 : wal.duplicates();
    }

    @Override
    public void close() {
        closeState();
        closeWal();
    }

    private void closeState() {
        if (state != null) {
            state.close();
            state = null;
        }
    }

    private void closeWal() {
        if (wal != null) {
            wal.close();
            wal = null;
        }
    }

    /** The reading of one state. */
    private static final class State implements AutoCloseable {
        private final ShardTopics topics;
        private final StateDelivery delivery;
        private final SnapshotBootstrap bootstrap;
        private SnapshotBootstrap.@Nullable Result result;

        State(ShardTopics topics, StateDelivery delivery) {
            this.topics = topics;
            this.delivery = delivery;
            this.bootstrap = SnapshotBootstrap.open(topics.log(), topics.snapshot(), topics.rowCodec(), delivery);
        }

        /** The next change; null where there is none yet. The last is that the state is complete. */
        @Nullable
        Change poll(Duration timeout) {
            Change waiting = delivery.poll();
            if (waiting != null) {
                return waiting;
            }
            if (result == null) {
                result = bootstrap.step(timeout).orElse(null);
                waiting = delivery.poll();
                if (waiting != null) {
                    return waiting;
                }
            }
            return result == null ? null : complete(result);
        }

        private Change complete(SnapshotBootstrap.Result how) {
            return switch (how) {
                case SnapshotBootstrap.Found found ->
                    new Change.StateComplete(found.checkpoint(), SavedPosition.at(topics.shard(), found.checkpoint()));
                case SnapshotBootstrap.Nothing nothing -> {
                    WalExtent extent = WalExtent.read(topics.log(), topics.wal());
                    WalStart start =
                            WalStart.atBeginning(extent.topicId(), extent.ends().start());
                    yield new Change.StateComplete(null, SavedPosition.at(topics.shard(), start));
                }
            };
        }

        SnapshotBootstrap.Progress progress() {
            return bootstrap.progress();
        }

        @Override
        public void close() {
            bootstrap.close();
        }
    }
}
