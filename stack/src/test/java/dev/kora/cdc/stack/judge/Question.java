package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A read command, and what of its answer is the same whoever gives it.
 *
 * @param words the name and the arguments
 * @param order what the order of the answer means
 */
record Question(List<Bytes> words, Order order) {

    /** What the order of an answer means. */
    enum Order {
        /** It is part of the answer. */
        KEPT,
        /** None: items may come in any. */
        NONE,
        /** None of the pairs, an item and the next one. */
        NONE_OF_PAIRS,
        /** A page of a scan, which must be the only one; none within it. */
        PAGE,
        PAGE_OF_PAIRS
    }

    static Question of(Order order, String name, Bytes... arguments) {
        return new Question(
                Stream.concat(Stream.of(Bytes.utf8(name)), Arrays.stream(arguments))
                        .toList(),
                order);
    }

    static Question exact(String name, Bytes... arguments) {
        return of(Order.KEPT, name, arguments);
    }

    /** One whose words hold no blanks. */
    static Question exactWords(String line) {
        return new Question(Stream.of(line.split(" ", -1)).map(Bytes::utf8).toList(), Order.KEPT);
    }

    /** An answer in the form in which two are compared. */
    RespValue comparable(RespValue answer) {
        if (answer.isError()) {
            return answer;
        }
        return switch (order) {
            case KEPT -> answer;
            case NONE -> answer.sorted();
            case NONE_OF_PAIRS -> answer.sortedPairs();
            case PAGE -> page(answer, answer.items().get(1).sorted());
            case PAGE_OF_PAIRS -> page(answer, answer.items().get(1).sortedPairs());
        };
    }

    private static RespValue page(RespValue answer, RespValue items) {
        return new RespValue(
                answer.type(), answer.bytes(), List.of(answer.items().getFirst(), items));
    }
}
