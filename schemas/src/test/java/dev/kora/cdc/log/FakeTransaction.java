package dev.kora.cdc.log;

import java.util.HashMap;
import java.util.Map;

/** One transaction as the fake broker knows it. Guarded by {@link FakeLog}'s lock. */
final class FakeTransaction {

    enum State {
        OPEN,
        COMMITTED,
        ABORTED
    }

    /** Whose offset in which partition. */
    record OffsetKey(String group, LogPartition partition) {}

    /** Whose producer it is: to a partition, what one has open there is one transaction. */
    private final FakeCoordinator producer;

    private State state = State.OPEN;
    private final Map<FakePartition, Long> firstOffsets = new HashMap<>();
    private final Map<OffsetKey, LogPosition> offsets = new HashMap<>();

    FakeTransaction(FakeCoordinator producer) {
        this.producer = producer;
    }

    FakeCoordinator producer() {
        return producer;
    }

    State state() {
        return state;
    }

    /** Returns the offset of the record. */
    long append(FakePartition partition, LogRecord record) {
        long offset = partition.append(record, this);
        firstOffsets.putIfAbsent(partition, offset);
        return offset;
    }

    long firstOffset(FakePartition partition) {
        return firstOffsets.getOrDefault(partition, Long.MAX_VALUE);
    }

    void offset(OffsetKey key, LogPosition position) {
        offsets.put(key, position);
    }

    /** Decides the transaction: its offsets into {@code committed}, a control record into every partition it wrote to. */
    void end(boolean commit, Map<OffsetKey, LogPosition> committed) {
        state = commit ? State.COMMITTED : State.ABORTED;
        if (commit) {
            committed.putAll(offsets);
        }
        firstOffsets.keySet().forEach(partition -> partition.appendControl(this));
    }
}
