package dev.kora.cdc.consumer.truncation;

import java.util.List;

/**
 * The offset below which a shard's WAL may be deleted now, and why it is not higher.
 *
 * @param offset the smallest of all bounds
 * @param by the bound that sets it; of equal ones the first that was named
 */
public record Floor(long offset, Bound by) {

    /**
     * The floor under some bounds.
     *
     * @param bounds not empty; what is wanted comes first, so that where all of it may go the floor is said to be limited by
     *     nothing else
     */
    public static Floor under(List<Bound> bounds) {
        Bound lowest = bounds.getFirst();
        for (Bound each : bounds) {
            lowest = each.offset() < lowest.offset() ? each : lowest;
        }
        return new Floor(lowest.offset(), lowest);
    }

    /** What keeps it from being higher, in a sentence without its full stop. */
    public String words() {
        return "limited by the %s: %s".formatted(by.limit().text().replace('_', ' '), by.words());
    }
}
