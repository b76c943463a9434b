package dev.kora.cdc.producer.source.jsonl;

import dev.kora.cdc.schema.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an input into lines. A line ends with a line feed; what stands behind the last one is a line as well.
 *
 * <p>It holds one line at a time. One that is longer than {@link #MAX_BYTES} is passed over, so that an input without line ends
 * cannot fill the memory. Not thread-safe.
 */
final class LineReader {
    /**
     * More than any line of {@code tail} has: a byte of a record within {@link dev.kora.cdc.schema.Limits} takes six characters at
     * most, as in <code>&#92;u0001</code>.
     */
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxBytes;
    private final Head head;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int start;
    private int end;
    private long offset;
    private long number;
    /** Whether what comes next belongs to the line with that number: its end was not there when it was read. */
    private boolean within;

    /** Reads an input from its first byte. */
    LineReader(InputStream in) {
        this(in, MAX_BYTES, new Head(), 0, 0, false);
    }

    /**
     * Goes on in an input.
     *
     * @param in stands at {@code offset}
     * @param maxBytes of a line
     * @param head has taken what stands before
     * @param offset of the next byte
     * @param number of the line before
     * @param within whether that line has not ended
     */
    LineReader(InputStream in, int maxBytes, Head head, long offset, long number, boolean within) {
        this.in = in;
        this.maxBytes = maxBytes;
        this.head = head;
        this.offset = offset;
        this.number = number;
        this.within = within;
    }

    /** Of the next byte that belongs to no line yet. */
    long offset() {
        return offset;
    }

    /** The next line, or null at the end of the input. */
    @Nullable
    Line read() throws IOException {
        int searched = 0;
        while (true) {
            int length = lineLength(searched);
            if (length > 0) {
                return take(length);
            }
            searched = end - start;
            if (searched > maxBytes) {
                return passOver();
            }
            if (!fill()) {
                return searched == 0 ? null : take(searched);
            }
        }
    }

    /** Length of the first line in the buffer, with its end; 0 where that is not there. */
    private int lineLength(int from) {
        for (int at = start + from; at < end; at++) {
            if (buffer[at] == '\n') {
                return at + 1 - start;
            }
        }
        return 0;
    }

    /** Reads more behind what is there; false at the end of the input. */
    private boolean fill() throws IOException {
        if (end == buffer.length) {
            int length = end - start;
            byte[] target = length > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, start, target, 0, length);
            buffer = target;
            start = 0;
            end = length;
        }
        int count = in.read(buffer, end, buffer.length - end);
        end += Math.max(0, count);
        return count >= 0;
    }

    private Line take(int length) {
        if (length > maxBytes) {
            return passOver(length);
        }
        Bytes text = Bytes.of(Arrays.copyOfRange(buffer, start, start + length));
        boolean ends = buffer[start + length - 1] == '\n';
        consume(length);
        return line(length, text, ends);
    }

    private Line line(long length, Bytes text, boolean ends) {
        number += within ? 0 : 1;
        within = !ends;
        return new Line(number, offset, length, text, head.crc());
    }

    private Line passOver(int length) {
        boolean ends = buffer[start + length - 1] == '\n';
        consume(length);
        return line(length, Bytes.EMPTY, ends);
    }

    /** Reads to the end of a line whose beginning fills the buffer. */
    private Line passOver() throws IOException {
        long passed = 0;
        while (true) {
            passed += end - start;
            consume(end - start);
            start = 0;
            end = 0;
            if (!fill()) {
                return line(passed, Bytes.EMPTY, false);
            }
            int length = lineLength(0);
            if (length > 0) {
                consume(length);
                return line(passed + length, Bytes.EMPTY, true);
            }
        }
    }

    private void consume(int length) {
        head.update(buffer, start, length);
        start += length;
        offset += length;
    }
}
