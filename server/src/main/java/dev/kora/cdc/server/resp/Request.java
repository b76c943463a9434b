package dev.kora.cdc.server.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A command as a client sent it: the name first, then its arguments, all of them bytes.
 *
 * <p>The arrays belong to the request and are never reused: whoever takes one may keep it, and must not change it.
 */
public final class Request {
    private final byte[][] arguments;
    private final int size;

    private Request(byte[][] arguments, int size) {
        this.arguments = arguments;
        this.size = size;
    }

    /** A request of the first {@code size} arrays, at least one; not copied. */
    static Request of(byte[][] arguments, int size) {
        return new Request(arguments, size);
    }

    /** A request of UTF-8 words, for tests. */
    public static Request of(String... words) {
        return of(Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /** A request of these arrays, name first. */
    public static Request of(List<byte[]> arguments) {
        return new Request(arguments.toArray(byte[][]::new), arguments.size());
    }

    /** The number of arguments, the name included: at least 1. */
    public int size() {
        return size;
    }

    /** The argument at {@code index}; 0 is the command's name as the client wrote it. */
    public byte[] argument(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException("argument " + index + " of " + size);
        }
        return arguments[index];
    }

    /** The argument as text; bytes that are not UTF-8 become U+FFFD. For names and options, never for data. */
    public String text(int index) {
        return new String(argument(index), StandardCharsets.UTF_8);
    }

    /**
     * Whether the argument is this word, in capitals or not.
     *
     * @param word in capitals
     */
    public boolean is(int index, String word) {
        return Words.equal(argument(index), word);
    }

    /**
     * The argument as a signed 64-bit decimal number, as strict as Redis: no blanks, no plus, no leading zeros.
     *
     * @throws CommandException Redis's error for what is no such number
     */
    public long integer(int index) {
        return Words.integer(argument(index));
    }

    /** The sum of the lengths of the arguments, in bytes. */
    long bytes() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += arguments[i].length;
        }
        return sum;
    }
}
