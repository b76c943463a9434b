package dev.kora.cdc.log;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A reader of {@link FakeLog}. As with Kafka's consumer, the position stands just behind the last record that was returned;
 * the next poll passes over control records and aborted data behind it, and may return nothing though the time is not over.
 */
final class FakeReader implements LogReader {
    private static final int UNCHECKED = -1;

    private final FakeLog log;
    private final LogPartition partition;
    private LogPosition position;
    /** The partition's leader epoch when the position was last compared with the log. */
    private int checkedAt = UNCHECKED;
    /** The last stable offset as of the last answer; -1 before the first. */
    private long lastStable = -1;

    private boolean woken;
    private boolean closed;

    FakeReader(FakeLog log, LogPartition partition, LogPosition from) {
        this.log = log;
        this.partition = partition;
        this.position = from;
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        return log.locked(() -> {
            requireOpen();
            log.enter(Op.POLL);
            FakeLog.Fault fault = log.takeFault(Op.POLL);
            if (fault != null) {
                throw FakeLog.scripted(Op.POLL, fault.kind());
            }
            return pollUntil(timeout.toNanos());
        });
    }

    private List<LogRecord> pollUntil(long nanos) {
        long before = position.offset();
        List<LogRecord> records = new ArrayList<>();
        log.awaitUntil(
                () -> {
                    requireOpen();
                    if (!woken && log.available()) {
                        fetch(records);
                    }
                    return woken || position.offset() > before;
                },
                nanos);
        woken = false;
        return records;
    }

    private void fetch(List<LogRecord> records) {
        FakePartition from = log.find(partition);
        check(from);
        lastStable = from.lastStable();
        records.addAll(from.committed(position.offset(), log.pollRecords()));
        if (!records.isEmpty()) {
            LogRecord last = records.getLast();
            position = new LogPosition(last.offset() + 1, last.leaderEpoch());
        } else if (lastStable > position.offset()) {
            position = new LogPosition(lastStable, from.epochOf(lastStable - 1));
        }
    }

    private void check(FakePartition from) {
        int epoch = position.leaderEpoch();
        if (checkedAt != from.leaderEpoch()
                && epoch != LogPosition.NO_EPOCH
                && from.endOfEpoch(epoch) < position.offset()) {
            throw new LogException(
                    Kind.WENT_BACK,
                    partition + ": epoch " + epoch + " ends at " + from.endOfEpoch(epoch) + ", before "
                            + position.offset(),
                    null);
        }
        checkedAt = from.leaderEpoch();
        if (position.offset() < from.start() || position.offset() > from.end()) {
            throw new LogException(Kind.OUT_OF_RANGE, partition + ": " + position + " is not in " + from.ends(), null);
        }
    }

    @Override
    public LogPosition position() {
        return log.locked(() -> position);
    }

    @Override
    public boolean caughtUp() {
        return log.locked(() -> lastStable >= 0 && position.offset() >= lastStable);
    }

    @Override
    public void wakeup() {
        log.run(() -> woken = true);
    }

    @Override
    public void close() {
        log.run(() -> closed = true);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("reader of " + partition + " is closed");
        }
    }
}
