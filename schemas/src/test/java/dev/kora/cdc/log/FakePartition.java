package dev.kora.cdc.log;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A partition of {@link FakeLog}, guarded by its lock: slots by offset, each a record or a control record. */
final class FakePartition {

    /** A record of a transaction, or where {@code record} is null the control record that ended one. */
    private record Slot(@Nullable LogRecord record, FakeTransaction transaction) {}

    private static final long RECORD_BYTES = 70;

    private final LogPartition name;
    private final NavigableMap<Long, Slot> slots = new TreeMap<>();
    /** What was deleted or compacted away. */
    private final NavigableMap<Long, Slot> gone = new TreeMap<>();

    private final NavigableMap<Integer, Long> epochStarts = new TreeMap<>(Map.of(0, 0L));
    private final Set<FakeTransaction> open = new HashSet<>();
    /** Whether it was committed here, where that is not what was decided. */
    private final Map<FakeTransaction, Boolean> endedOtherwise = new HashMap<>();

    private long start;
    private long end;
    private int leaderEpoch;

    FakePartition(LogPartition name) {
        this.name = name;
    }

    LogPartition name() {
        return name;
    }

    long start() {
        return start;
    }

    long end() {
        return end;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    LogEnds ends() {
        return new LogEnds(start, lastStable(), end);
    }

    long lastStable() {
        return open.stream().mapToLong(t -> t.firstOffset(this)).min().orElse(end);
    }

    long append(LogRecord r, FakeTransaction transaction) {
        long offset = end++;
        open.add(transaction);
        slots.put(
                offset,
                new Slot(
                        new LogRecord(offset, leaderEpoch, r.timestampMs(), r.key(), r.value(), r.headers()),
                        transaction));
        return offset;
    }

    private boolean visible(Slot slot) {
        return slot.record() != null && committedHere(slot.transaction());
    }

    private boolean committedHere(FakeTransaction transaction) {
        return endedOtherwise.getOrDefault(transaction, transaction.state() == FakeTransaction.State.COMMITTED);
    }

    /** Forgets that the last transaction has ended. */
    void forgetEnd() {
        Slot last = slots.lastEntry().getValue();
        if (last.record() != null) {
            throw new IllegalStateException(name + " does not end with the end of a transaction");
        }
        slots.remove(--end);
        open.add(last.transaction());
    }

    boolean isOpen(FakeTransaction transaction) {
        return open.contains(transaction);
    }

    /** Aborts the open transactions that {@code which} holds for; returns how many there were. */
    int abortOpen(Predicate<FakeTransaction> which) {
        List<FakeTransaction> found = open.stream().filter(which).toList();
        found.forEach(each -> endedOtherwise.put(each, false));
        found.forEach(this::appendControl);
        return found.size();
    }

    /** Ends a transaction, and likewise whatever else its producer has open here, which its coordinator has forgotten. */
    void appendControl(FakeTransaction transaction) {
        slots.put(end++, new Slot(null, transaction));
        open.remove(transaction);
        List<FakeTransaction> forgotten = open.stream()
                .filter(each -> each.producer() == transaction.producer())
                .toList();
        forgotten.forEach(each -> endedOtherwise.put(each, committedHere(transaction)));
        forgotten.forEach(open::remove);
    }

    /** At most {@code max} committed records from {@code from}, below the last stable offset. */
    List<LogRecord> committed(long from, int max) {
        List<LogRecord> found = new ArrayList<>();
        for (Slot slot : slots.subMap(from, Math.max(from, lastStable())).values()) {
            if (found.size() == max) {
                break;
            }
            if (visible(slot)) {
                found.add(Objects.requireNonNull(slot.record()));
            }
        }
        return found;
    }

    void deleteBefore(long offset) {
        start = Math.max(start, offset);
        NavigableMap<Long, Slot> deleted = slots.headMap(start, false);
        gone.putAll(deleted);
        deleted.clear();
    }

    /** Begins at {@code offset} again, as if what was deleted since had not been. */
    void forgetDeletions(long offset) {
        if (offset < start) {
            NavigableMap<Long, Slot> back = gone.subMap(offset, true, start, false);
            slots.putAll(back);
            back.clear();
            start = offset;
        }
    }

    /** What was ever committed and not lost again. */
    List<LogRecord> history() {
        NavigableMap<Long, Slot> all = new TreeMap<>(gone);
        all.putAll(slots);
        return all.headMap(lastStable(), false).values().stream()
                .filter(this::visible)
                .map(slot -> Objects.requireNonNull(slot.record()))
                .toList();
    }

    /** About what the records take. */
    long bytes() {
        return slots.values().stream().mapToLong(FakePartition::bytes).sum();
    }

    private static long bytes(Slot slot) {
        LogRecord record = slot.record();
        int key = record == null || record.key() == null ? 0 : record.key().length();
        int value =
                record == null || record.value() == null ? 0 : record.value().length();
        return RECORD_BYTES + key + value;
    }

    OptionalLong offsetAt(long timeMs) {
        return slots.headMap(lastStable(), false).values().stream()
                .map(Slot::record)
                .filter(record -> record != null && record.timestampMs() >= timeMs)
                .mapToLong(record -> Objects.requireNonNull(record).offset())
                .findFirst();
    }

    /** Forgets everything from {@code offset} on, as a new leader does that never had it. */
    void truncateBack(long offset) {
        slots.tailMap(offset).clear();
        gone.tailMap(offset).clear();
        end = Math.min(end, offset);
        start = Math.min(start, end);
        open.removeIf(t -> t.firstOffset(this) >= offset);
        epochStarts.values().removeIf(at -> at > end);
        newLeader();
    }

    void newLeader() {
        leaderEpoch++;
        epochStarts.put(leaderEpoch, end);
    }

    /** The leader epoch in which an offset was written, whatever stood or stands there. */
    int epochOf(long offset) {
        int epoch = 0;
        for (Map.Entry<Integer, Long> each : epochStarts.entrySet()) {
            epoch = each.getValue() <= offset ? each.getKey() : epoch;
        }
        return epoch;
    }

    /** Where the log left {@code epoch}, or would have: Kafka's OffsetsForLeaderEpoch. */
    long endOfEpoch(int epoch) {
        Map.Entry<Integer, Long> next = epochStarts.higherEntry(epoch);
        return next == null ? end : next.getValue();
    }

    /**
     * Compacts what lies below {@code before} as Kafka's cleaner does: aborted records go, and records whose key has a newer
     * one below {@code before}.
     */
    void compact(long before, boolean dropTombstones) {
        NavigableMap<Long, Slot> clean = slots.headMap(Math.min(before, lastStable()), false);
        Map<Object, Long> newest = new HashMap<>();
        clean.forEach((offset, slot) -> {
            LogRecord record = slot.record();
            if (record != null && visible(slot) && record.key() != null) {
                newest.put(record.key(), offset);
            }
        });
        clean.entrySet().removeIf(e -> {
            boolean removed = removedByCleaner(e.getKey(), e.getValue(), newest, dropTombstones);
            if (removed) {
                gone.put(e.getKey(), e.getValue());
            }
            return removed;
        });
    }

    private boolean removedByCleaner(long offset, Slot slot, Map<Object, Long> newest, boolean dropTombstones) {
        LogRecord record = slot.record();
        if (record == null) {
            return false;
        }
        if (!visible(slot)) {
            return true;
        }
        Long last = record.key() == null ? null : newest.get(record.key());
        return last == null || last != offset || (dropTombstones && record.value() == null);
    }
}
