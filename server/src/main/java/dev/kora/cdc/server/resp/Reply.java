package dev.kora.cdc.server.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command answers, independent of the protocol version.
 *
 * <p>Maps, sets, nulls, doubles and booleans have types of their own in RESP3; to a RESP2 connection they go as Redis
 * sends them there: flat arrays, nil bulk strings, bulk strings, 0 or 1.
 */
public sealed interface Reply {

    Reply OK = new Status("OK");
    /** No such value: {@code $-1} in RESP2. */
    Reply NIL = new Nil();
    /** No such list of values: {@code *-1} in RESP2. */
    Reply NIL_ARRAY = new NilArray();

    Reply EMPTY_ARRAY = new Array(List.of());

    /** A short line of ASCII text that reports success. */
    record Status(String text) implements Reply {}

    /** An error: a code in capitals, a blank, and a sentence. Line ends in it are sent as blanks. */
    record Failure(String text) implements Reply {}

    /** A signed 64-bit number. */
    record Int(long value) implements Reply {}

    /** A string of any bytes, equal to another of the same bytes. The array is shared: it must not be changed. */
    final class Bulk implements Reply {
        private final byte[] bytes;

        public Bulk(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes, shared. */
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bulk bulk && Arrays.equals(bytes, bulk.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Bulk[" + new String(bytes, StandardCharsets.UTF_8) + "]";
        }
    }

    /** See {@link #NIL}. */
    record Nil() implements Reply {}

    /** See {@link #NIL_ARRAY}. */
    record NilArray() implements Reply {}

    /** Replies in an order. The list is shared: it must not be changed afterwards. */
    record Array(List<Reply> items) implements Reply {}

    /** A map: key, value, key, value, …; an even number of replies. The list is shared. */
    record Pairs(List<Reply> items) implements Reply {
        public Pairs {
            if (items.size() % 2 != 0) {
                throw new IllegalArgumentException("a map of keys and values with " + items.size() + " items");
            }
        }
    }

    /** A set: replies without an order and without duplicates. The list is shared. */
    record Members(List<Reply> items) implements Reply {}

    /** A double. */
    record Real(double value) implements Reply {}

    /** True or false. */
    record Bool(boolean value) implements Reply {}

    /** A string of these bytes, shared. */
    static Reply bulk(byte[] bytes) {
        return new Bulk(bytes);
    }

    /** A string of the UTF-8 bytes of {@code text}. */
    static Reply bulk(String text) {
        return new Bulk(text.getBytes(StandardCharsets.UTF_8));
    }

    static Reply integer(long value) {
        return new Int(value);
    }

    /** An error; {@code text} begins with its code, as in {@code ERR syntax error}. */
    static Failure failure(String text) {
        return new Failure(text);
    }

    /** An array, the list shared. */
    static Reply array(List<Reply> items) {
        return new Array(items);
    }
}
