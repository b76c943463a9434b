package dev.kora.cdc.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes requests from the bytes of one connection: arrays of bulk strings, or inline commands.
 *
 * <p>It takes one request at a time and stops behind it, so that its caller can leave the rest for later. Half a request is
 * kept here: nothing is read twice but a half header, or a half inline command, of at most {@value #LINE_BYTES} bytes. Memory is
 * taken for what has come, never for what a header claims.
 *
 * <p>Not thread-safe. After a {@link ProtocolException} it must not be used again.
 */
final class RequestDecoder {
    /** The longest inline command, in bytes, as in Redis. */
    static final int LINE_BYTES = 64 * 1024;

    /** What a client may claim that has not given the password yet, as in Redis. */
    private static final int STRANGER_ARGUMENTS = 10;

    private static final int STRANGER_BYTES = 16 * 1024;

    private static final byte[] EMPTY = {};
    private static final byte[][] NO_ARGUMENTS = {};
    private static final int FIRST_ARGUMENTS = 8;
    private static final int FIRST_BYTES = 4 * 1024;
    /** The number in a header that is not all there. */
    private static final long UNFINISHED = Long.MIN_VALUE;
    /** The longest number in a header: more than any limit. */
    private static final int HEADER_DIGITS = 10;

    private final int maxBytes;
    private final int maxArguments;

    /** The arguments of the request that is under way: {@link #size} of {@link #expected}, which is 0 between two requests. */
    private byte[][] arguments = NO_ARGUMENTS;

    private int size;
    private int expected;
    /** The lengths of the arguments so far, the one under way included, in bytes. */
    private long bytes;

    /** The argument that is under way and how much of its {@link #length} has come; null between two arguments. */
    private byte @Nullable [] argument;

    private int filled;
    private int length;

    RequestDecoder(RespOptions.Limits limits) {
        this.maxBytes = limits.requestBytes();
        this.maxArguments = limits.arguments();
    }

    /**
     * Takes the next request from {@code in}, or what there is of it.
     *
     * @param known whether the client may use the port's limits: others have to do with 10 arguments of 16 KiB
     * @return null when more bytes are needed; those left in {@code in} must come again, with more behind them
     * @throws ProtocolException the connection cannot go on
     */
    @Nullable
    Request next(ByteBuf in, boolean known) throws ProtocolException {
        while (expected == 0) {
            if (!in.isReadable()) {
                return null;
            }
            if (in.getByte(in.readerIndex()) != '*') {
                List<byte[]> words = inline(in);
                if (words == null || !words.isEmpty()) {
                    return words == null ? null : Request.of(words);
                }
            } else if (!array(in, known)) {
                return null;
            }
        }
        while (size < expected) {
            if (!argument(in, known)) {
                return null;
            }
        }
        return finished();
    }

    private Request finished() {
        Request request = Request.of(arguments, size);
        arguments = NO_ARGUMENTS;
        size = 0;
        expected = 0;
        bytes = 0;
        return request;
    }

    /** Takes an array's header; an empty array, or a null one, is no request. */
    private boolean array(ByteBuf in, boolean known) throws ProtocolException {
        long claimed = header(in, "invalid multibulk length");
        if (claimed == UNFINISHED) {
            return false;
        }
        if (claimed > maxArguments) {
            throw new ProtocolException(
                    "invalid multibulk length: %d arguments are more than the %d that a request may have"
                            .formatted(claimed, maxArguments));
        }
        if (claimed > STRANGER_ARGUMENTS && !known) {
            throw new ProtocolException("unauthenticated multibulk length");
        }
        if (claimed > 0) {
            expected = (int) claimed;
            arguments = new byte[Math.min(expected, FIRST_ARGUMENTS)][];
        }
        return true;
    }

    /** Takes an argument with its header, or as much of it as there is: then false. */
    private boolean argument(ByteBuf in, boolean known) throws ProtocolException {
        if (argument == null) {
            if (!in.isReadable() || !bulk(in, known)) {
                return false;
            }
            argument = length == 0 ? EMPTY : new byte[room(in.readableBytes(), FIRST_BYTES)];
        }
        fill(in);
        if (filled < length || in.readableBytes() < 2) {
            return false;
        }
        if (in.readByte() != '\r' || in.readByte() != '\n') {
            throw new ProtocolException("expected CRLF behind a bulk string");
        }
        take(argument);
        return true;
    }

    private boolean bulk(ByteBuf in, boolean known) throws ProtocolException {
        byte first = in.getByte(in.readerIndex());
        if (first != '$') {
            throw new ProtocolException("expected '$', got '" + printable(first) + "'");
        }
        long claimed = header(in, "invalid bulk length");
        if (claimed == UNFINISHED) {
            return false;
        }
        if (claimed < 0) {
            throw new ProtocolException("invalid bulk length");
        }
        if (claimed > maxBytes - bytes) {
            throw new ProtocolException("invalid bulk length: %d bytes are more than the %d that a request may have"
                    .formatted(bytes + claimed, maxBytes));
        }
        if (claimed > STRANGER_BYTES && !known) {
            throw new ProtocolException("unauthenticated bulk length");
        }
        length = (int) claimed;
        bytes += claimed;
        filled = 0;
        return true;
    }

    /** Moves what has come of the argument into its array, which grows as it comes. */
    private void fill(ByteBuf in) {
        int coming = Math.min(length - filled, in.readableBytes());
        byte[] into = argument;
        if (coming == 0 || into == null) {
            return;
        }
        if (filled + coming > into.length) {
            into = Arrays.copyOf(into, room(filled + coming, 2 * into.length));
            argument = into;
        }
        in.readBytes(into, filled, coming);
        filled += coming;
    }

    /** A size for the argument's array that has room for {@code needed} bytes, at least {@code wanted} if they are claimed. */
    private int room(int needed, int wanted) {
        return Math.min(length, Math.max(needed, wanted));
    }

    private void take(byte[] whole) {
        if (size == arguments.length) {
            arguments = Arrays.copyOf(arguments, Math.min(expected, 2 * size));
        }
        arguments[size++] = whole;
        argument = null;
    }

    /**
     * Takes a header: a character, a number, a line end.
     *
     * @param otherwise the error if it is none
     * @return {@link #UNFINISHED} if it is not all there; nothing is taken then
     */
    private static long header(ByteBuf in, String otherwise) throws ProtocolException {
        int at = in.readerIndex() + 1;
        int end = in.writerIndex();
        boolean negative = at < end && in.getByte(at) == '-';
        int digits = negative ? at + 1 : at;
        long value = 0;
        for (int i = digits; i < end; i++) {
            byte b = in.getByte(i);
            if (b == '\r' && i > digits) {
                return lineEnd(in, i, otherwise) ? (negative ? -value : value) : UNFINISHED;
            }
            if (b < '0' || b > '9' || i - digits == HEADER_DIGITS) {
                throw new ProtocolException(otherwise);
            }
            value = value * 10 + (b - '0');
        }
        return UNFINISHED;
    }

    /** Takes everything up to the line end whose carriage return stands at {@code at}, if it is there. */
    private static boolean lineEnd(ByteBuf in, int at, String otherwise) throws ProtocolException {
        if (at + 1 == in.writerIndex()) {
            return false;
        }
        if (in.getByte(at + 1) != '\n') {
            throw new ProtocolException(otherwise);
        }
        in.readerIndex(at + 2);
        return true;
    }

    /** Takes a line of words: none if it is blank, null if it is not all there. */
    private @Nullable List<byte[]> inline(ByteBuf in) throws ProtocolException {
        int lineEnd = in.forEachByte(ByteProcessor.FIND_LF);
        int lineBytes = (lineEnd < 0 ? in.writerIndex() : lineEnd) - in.readerIndex();
        if (lineBytes > LINE_BYTES) {
            throw new ProtocolException(
                    "too big inline request: it has more than the %d bytes that it may have".formatted(LINE_BYTES));
        }
        if (lineEnd < 0) {
            return null;
        }
        byte[] line = new byte[lineBytes];
        in.readBytes(line);
        in.skipBytes(1);
        List<byte[]> words = InlineWords.split(line);
        if (words.size() > maxArguments || lineBytes > maxBytes) {
            throw new ProtocolException("too big inline request");
        }
        refuseHttp(words);
        return words;
    }

    /** A web page can make a browser on this machine post what it likes to a port: Redis refuses that by the same two words. */
    private static void refuseHttp(List<byte[]> words) throws ProtocolException {
        if (!words.isEmpty() && (Words.equal(words.getFirst(), "POST") || Words.equal(words.getFirst(), "HOST:"))) {
            throw new ProtocolException("this is HTTP, and this port speaks RESP");
        }
    }

    private static String printable(byte b) {
        return b > ' ' && b < 127 ? new String(new byte[] {b}, StandardCharsets.US_ASCII) : "\\x%02x".formatted(b);
    }
}
