package dev.kora.cdc.log;

import dev.kora.cdc.log.FakeLog.Fault;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.FakeTransaction.OffsetKey;
import dev.kora.cdc.log.LogException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A writer of {@link FakeLog}: the client's side of a transaction, as Kafka's producer has it. */
final class FakeWriter implements LogWriter {

    private enum State {
        NEW,
        READY,
        IN_TRANSACTION,
        /** Nothing but {@code commit} may be called: its outcome is unknown. */
        COMMITTING,
        /** Nothing but {@code abort} may be called. */
        ABORTING,
        DEAD,
        CLOSED
    }

    /** A send that waits for the log to be reached. */
    private record Unsent(LogPartition partition, LogRecord record) {}

    private final FakeLog log;
    private final String id;
    private final FakeCoordinator coordinator;
    private final List<Unsent> unsent = new ArrayList<>();
    /** Of the transaction that is open, or was committed last. */
    private final Map<LogPartition, Long> offsetsNext = new HashMap<>();

    /** Just behind what was committed last in each partition. */
    private final Map<LogPartition, Long> committedEnds = new HashMap<>();

    private State state = State.NEW;
    private int epoch = -1;
    /** Whether the broker has, or may have, heard of this transaction. */
    private boolean started;
    /** Why this transaction cannot be committed. */
    private @Nullable LogException failure;

    FakeWriter(FakeLog log, String id) {
        this.log = log;
        this.id = id;
        this.coordinator = log.locked(() -> log.coordinator(id));
    }

    @Override
    public void initialize() {
        call(Op.INITIALIZE, () -> {
            require(state == State.NEW, "initialize");
            Fault fault = log.takeFault(Op.INITIALIZE);
            if (fault == null || fault.applied()) {
                FakeTransaction open = coordinator.takeOpen();
                if (open != null) {
                    open.end(false, log.groupOffsets());
                }
                epoch = coordinator.handTo(this);
            }
            throwOnly(Op.INITIALIZE, fault);
            state = State.READY;
        });
    }

    @Override
    public void begin() {
        call(Op.BEGIN, () -> {
            require(state == State.READY, "begin");
            throwOnly(Op.BEGIN, log.takeFault(Op.BEGIN));
            state = State.IN_TRANSACTION;
            started = false;
            offsetsNext.clear();
        });
    }

    @Override
    public void send(LogPartition partition, LogRecord record) {
        call(Op.SEND, () -> {
            require(state == State.IN_TRANSACTION, "send");
            throwFailure();
            Fault fault = log.takeFault(Op.SEND);
            started = true;
            if (fault != null) {
                // A send that times out makes its transaction abortable: the call cannot be made again.
                Kind kind = fault.kind() == Kind.TIMED_OUT ? Kind.ABORTABLE : fault.kind();
                failure = FakeLog.scripted(Op.SEND, kind);
                state = kind == Kind.REOPEN || kind == Kind.FENCED ? State.DEAD : state;
            } else {
                unsent.add(new Unsent(partition, record));
                flush();
            }
        });
    }

    /** Writes what waits, if the log can be reached; a writer that is no longer the holder fails here. */
    private void flush() {
        if (!log.available()) {
            return;
        }
        for (Unsent each : unsent) {
            if (failure == null && !current()) {
                failure = new LogException(Kind.ABORTABLE, id + ": the producer epoch is no longer valid", null);
            }
            if (failure == null) {
                long offset = coordinator.transaction().append(log.find(each.partition()), each.record());
                offsetsNext.put(each.partition(), offset + 1);
            }
        }
        unsent.clear();
    }

    private boolean current() {
        return coordinator.isHeldBy(this) && coordinator.epoch() == epoch;
    }

    @Override
    public void sendOffset(GroupMembership membership, LogPartition partition, LogPosition position) {
        call(Op.SEND_OFFSET, () -> {
            require(state == State.IN_TRANSACTION, "sendOffset");
            throwFailure();
            Fault fault = log.takeFault(Op.SEND_OFFSET);
            started = true;
            if (fault != null && fault.kind() != Kind.TIMED_OUT) {
                failure = FakeLog.scripted(Op.SEND_OFFSET, fault.kind());
            } else if (fault == null || fault.applied()) {
                failure = offsetRefused((FakeMembership) membership, partition);
                if (failure == null
                        && !current()) { // the group's coordinator tells a time-out from a successor no better
                    fail(fenced());
                }
            }
            if (failure == null && (fault == null || fault.applied())) {
                coordinator.transaction().offset(new OffsetKey(membership.group(), partition), position);
            }
            // Not the end of this writer, even where the membership is FENCED: the abort still works.
            throwFailure();
            throwOnly(Op.SEND_OFFSET, fault);
        });
    }

    private @Nullable LogException offsetRefused(FakeMembership membership, LogPartition partition) {
        if (!membership.holds(partition)) {
            return new LogException(Kind.FENCED, membership.group() + " no longer holds " + partition, null);
        }
        return membership.expired()
                ? new LogException(Kind.ABORTABLE, membership.group() + " gave this member up", null)
                : null;
    }

    @Override
    public void commit() {
        call(Op.COMMIT, () -> {
            require(state == State.IN_TRANSACTION || state == State.COMMITTING, "commit");
            throwFailure();
            Fault fault = log.takeFault(Op.COMMIT);
            state = State.COMMITTING;
            if (fault == null || fault.applied()) {
                flush();
                throwFailure();
                if (started) {
                    commitAtBroker();
                }
            }
            if (fault != null) {
                fail(FakeLog.scripted(Op.COMMIT, fault.kind()));
            }
            state = State.READY;
            offsetsNext.forEach(this::noteEnd);
        });
    }

    private void noteEnd(LogPartition partition, long offsetNext) {
        Long before = committedEnds.put(partition, offsetNext);
        if (before != null && offsetNext <= before) {
            fail(new LogException(Kind.WENT_BACK, partition + " had reached " + before + " before", null));
        }
    }

    private void commitAtBroker() {
        if (!coordinator.isHeldBy(this)) {
            fail(fenced());
        }
        if (!current()) {
            fail(new LogException(Kind.REOPEN, id + ": the transaction was aborted by the broker meanwhile", null));
        }
        FakeTransaction open = coordinator.takeOpen();
        // Absent when a first commit did its work and only its answer was lost: the second is told the same.
        if (open != null) {
            open.end(true, log.groupOffsets());
        }
    }

    @Override
    public long offsetNext(LogPartition partition) {
        return log.locked(() -> {
            Long offset = state == State.READY ? offsetsNext.get(partition) : null;
            if (offset == null) {
                throw new IllegalStateException("no committed record of " + id + " in " + partition);
            }
            return offset;
        });
    }

    @Override
    public void abort() {
        call(Op.ABORT, () -> {
            boolean legal = state == State.IN_TRANSACTION || state == State.ABORTING;
            require(legal || (state == State.COMMITTING && failure != null), "abort");
            Fault fault = log.takeFault(Op.ABORT);
            state = State.ABORTING;
            if (fault == null || fault.applied()) {
                unsent.clear();
                if (started) {
                    abortAtBroker();
                }
            }
            if (fault != null) {
                fail(FakeLog.scripted(Op.ABORT, fault.kind()));
            }
            failure = null;
            offsetsNext.clear();
            state = State.READY;
        });
    }

    private void abortAtBroker() {
        if (!coordinator.isHeldBy(this)) {
            fail(fenced());
        }
        FakeTransaction open = coordinator.takeOpen();
        if (open != null) {
            open.end(false, log.groupOffsets());
        }
        epoch = coordinator.epoch();
    }

    @Override
    public void close() {
        log.run(() -> state = State.CLOSED);
    }

    private LogException fenced() {
        return new LogException(Kind.FENCED, "there is a newer writer with the transactional id " + id, null);
    }

    /** Throws what is known to keep this transaction from its commit. */
    private void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Throws {@code e}; where its kind leaves the writer without use, it is dead from now on. */
    private void fail(LogException e) {
        switch (e.kind()) {
            case REOPEN, FENCED, WENT_BACK -> {
                state = State.DEAD;
                failure = e;
            }
            case ABORTABLE, REFUSED -> failure = e;
            case TIMED_OUT, OUT_OF_RANGE, MISSING -> {}
        }
        throw e;
    }

    private void throwOnly(Op op, @Nullable Fault fault) {
        if (fault != null) {
            fail(FakeLog.scripted(op, fault.kind()));
        }
    }

    private void call(Op op, Runnable action) {
        log.run(() -> {
            log.enter(op);
            if (state == State.DEAD) {
                throwFailure();
            }
            action.run();
        });
    }

    private void require(boolean legal, String call) {
        if (!legal) {
            throw new IllegalStateException(call + " is not legal while " + id + " is " + state);
        }
    }
}
