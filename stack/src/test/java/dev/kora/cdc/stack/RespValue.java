package dev.kora.cdc.stack;

import dev.kora.cdc.schema.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A reply just as it came over the wire, so that two servers can be held against each other.
 *
 * @param type the first byte: {@code + - : $ *}, and of RESP3 {@code % ~ _ , #}
 * @param bytes of a line or a string; empty where it is a nil, or has items
 * @param items of an array, a set or a map, key and value in turn
 */
public record RespValue(char type, Optional<Bytes> bytes, List<RespValue> items) {

    static RespValue of(char type, Bytes bytes) {
        return new RespValue(type, Optional.of(bytes), List.of());
    }

    static RespValue nil(char type) {
        return new RespValue(type, Optional.empty(), List.of());
    }

    static RespValue of(char type, List<RespValue> items) {
        return new RespValue(type, Optional.empty(), items);
    }

    public boolean isError() {
        return type == '-';
    }

    /** Whether it is an error that begins with this word. */
    public boolean isError(String code) {
        return isError() && text().startsWith(code + ' ');
    }

    /** Its bytes as text; empty for a nil. */
    public String text() {
        return bytes.map(Bytes::text).orElse("");
    }

    /** Its bytes; fails where there are none. */
    public Bytes string() {
        return bytes.orElseThrow(() -> new AssertionError("no string but " + this));
    }

    /** The number that it is; fails where it is none. */
    public long number() {
        if (type != ':') {
            throw new AssertionError("no number but " + this);
        }
        return Long.parseLong(text());
    }

    /** The same with the items of arrays in their order, sorted: for what has no order. */
    public RespValue sorted() {
        return new RespValue(
                type, bytes, items.stream().sorted(RespValue::compare).toList());
    }

    /** The same with its pairs, an item and the next one, sorted by the first. */
    public RespValue sortedPairs() {
        List<RespValue> pairs = IntStream.range(0, items.size() / 2)
                .mapToObj(i -> of('*', items.subList(2 * i, 2 * i + 2)))
                .sorted((one, other) -> compare(one.items.getFirst(), other.items.getFirst()))
                .flatMap(pair -> pair.items.stream())
                .toList();
        return new RespValue(type, bytes, pairs);
    }

    private static int compare(RespValue one, RespValue other) {
        return one.string().compareTo(other.string());
    }

    @Override
    public String toString() {
        return switch (type) {
            case '*', '%', '~' ->
                type + items.stream().map(RespValue::toString).collect(Collectors.joining(" ", "[", "]"));
            default -> type + bytes.map(Bytes::toString).orElse("nil");
        };
    }
}
