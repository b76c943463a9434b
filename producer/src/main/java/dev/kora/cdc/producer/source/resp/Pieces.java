package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.schema.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/** Cuts the elements of one command into pieces that a record can carry each, beside its key. */
final class Pieces {
    /** Leaves half of a record to the key, to lengths, and to an element that is larger than all before it. */
    private static final long BYTES = Limits.RECORD_BYTES / 2;

    private Pieces() {}

    /** The elements in order; one that no record can carry is left to the publisher to refuse. */
    static <T> List<List<T>> of(List<T> elements, ToIntFunction<T> length) {
        List<List<T>> pieces = new ArrayList<>(1);
        int from = 0;
        long bytes = 0;
        for (int at = 0; at < elements.size(); at++) {
            bytes += length.applyAsInt(elements.get(at));
            if (at > from && (at - from == Limits.ELEMENTS || bytes > BYTES)) {
                pieces.add(elements.subList(from, at));
                from = at;
                bytes = length.applyAsInt(elements.get(at));
            }
        }
        pieces.add(from == 0 ? elements : elements.subList(from, elements.size()));
        return pieces;
    }
}
