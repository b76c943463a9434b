package dev.kora.cdc.consumer.store;

import dev.kora.cdc.schema.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of row keys made of ranges that neither overlap nor touch. Not thread-safe. */
final class RowRanges {
    /** The ranges' ends by their beginnings. */
    private final TreeMap<Bytes, Bytes> ends = new TreeMap<>();

    boolean contains(Bytes rowKey) {
        Map.Entry<Bytes, Bytes> before = ends.floorEntry(rowKey);
        return before != null && rowKey.compareTo(before.getValue()) < 0;
    }

    /** Adds the row keys from {@code from} (included) to {@code to} (left out). */
    void add(Bytes from, Bytes to) {
        Bytes first = from;
        Bytes end = to;
        Map.Entry<Bytes, Bytes> before = ends.floorEntry(from);
        if (before != null && before.getValue().compareTo(from) >= 0) {
            first = before.getKey();
            end = later(end, before.getValue());
        }
        Map.Entry<Bytes, Bytes> last = ends.floorEntry(end);
        if (last != null) {
            end = later(end, last.getValue());
        }
        ends.subMap(first, true, end, true).clear();
        ends.put(first, end);
    }

    /** What lies between {@code from} and {@code to} and is not in this set, in order. */
    List<StoreBatch.Range> gaps(Bytes from, Bytes to) {
        List<StoreBatch.Range> gaps = new ArrayList<>();
        Map.Entry<Bytes, Bytes> before = ends.floorEntry(from);
        Bytes at = before == null ? from : later(from, before.getValue());
        for (Map.Entry<Bytes, Bytes> range : ends.tailMap(from, false).entrySet()) {
            if (range.getKey().compareTo(to) >= 0) {
                break;
            }
            addGap(at, range.getKey(), gaps);
            at = range.getValue();
        }
        addGap(at, to, gaps);
        return gaps;
    }

    /** The ranges in order. */
    List<StoreBatch.Range> toList() {
        return ends.entrySet().stream()
                .map(range -> new StoreBatch.Range(range.getKey(), range.getValue()))
                .toList();
    }

    private static void addGap(Bytes from, Bytes to, List<StoreBatch.Range> gaps) {
        if (from.compareTo(to) < 0) {
            gaps.add(new StoreBatch.Range(from, to));
        }
    }

    private static Bytes later(Bytes one, Bytes other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
