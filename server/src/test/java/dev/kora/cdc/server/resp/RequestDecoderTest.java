package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
    private static final RespOptions.Limits SMALL =
            new RespOptions.Limits(10, 1_000, 20, 10, Duration.ZERO, Duration.ZERO);

    @Test
    void takesOneRequestAtATime() throws ProtocolException {
        RequestDecoder decoder = new RequestDecoder(SMALL);
        String first = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n";
        ByteBuf in = bytes(first + "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPI");

        assertEquals(List.of("GET", "a"), words(decoder.next(in, true)));
        assertEquals(first.length(), in.readerIndex(), "nothing is taken of what follows");
        assertEquals(List.of("PING"), words(decoder.next(in, true)));
        assertEquals(List.of(), words(decoder.next(in, true)));
        assertEquals(List.of("PING"), words(decoder.next(bytes("NG\r\n"), true)));
    }

    @Test
    void keepsBytesAsTheyAre() throws ProtocolException {
        byte[] argument = new byte[256];
        IntStream.range(0, argument.length).forEach(i -> argument[i] = (byte) i);
        ByteBuf in = Unpooled.wrappedBuffer(
                bytes("*2\r\n$3\r\nSET\r\n$256\r\n"), Unpooled.wrappedBuffer(argument), bytes("\r\n"));

        Request request = new RequestDecoder(SMALL).next(in, true);

        assertNotNull(request);
        assertArrayEquals(argument, request.argument(1));
    }

    @Test
    void passesOverEmptyRequests() throws ProtocolException {
        assertEquals(
                List.of(List.of("a"), List.of("b"), List.of("")),
                all("\r\n*0\r\n*-1\r\n  \r\na\n\r\nb\r\n*1\r\n$0\r\n\r\n"));
    }

    @Test
    void splitsInlineCommandsAsRedisDoes() throws ProtocolException {
        assertEquals(List.of(List.of("SET", "k", "v")), all("  SET\tk   v  \r\n"));
        assertEquals(List.of(List.of("SET", "a b", "c'd")), all("SET \"a b\" c'd'\r\n".replace("c'd'", "\"c'd\"")));
        assertEquals(List.of(List.of("\n\r\t\b\u0007\"\\xA")), all("\"\\n\\r\\t\\b\\a\\\"\\\\x\\x41\"\n"));
        assertEquals(List.of(List.of("it's \\n")), all("'it\\'s \\n'\n"));
        assertEquals(List.of(List.of("", "a")), all("\"\" 'a'\n"));
        assertEquals(List.of(List.of("abc")), all("a\"bc\"\n"), "a quote may begin within a word");
        assertEquals(List.of(List.of("\\xzz")), all("\\xzz\n"));
        assertEquals(List.of(List.of("xzz")), all("\"\\xzz\"\n"), "no hexadecimal digits: the letter itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a \"b", "'b", "\"a\"b", "'a'b", "\"a\\", "\"a\"\"b\""})
    void refusesUnbalancedQuotes(String line) {
        assertEquals("unbalanced quotes in request", error(line + "\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "*x,               invalid multibulk length",
        "*\\r,             invalid multibulk length",
        "*-\\r,            invalid multibulk length",
        "*1x,              invalid multibulk length",
        "*1\\rx,           invalid multibulk length",
        "*21\\r\\n,        invalid multibulk length: 21 arguments are more than the 20 that a request may have",
        "*99999999999,     invalid multibulk length",
        "*2147483648\\r\\n, invalid multibulk length: 2147483648 arguments are more than the 20 that a request may have",
        "*1\\r\\n:,        'expected ''$'', got '':'''",
        "*1\\r\\n\\r,      'expected ''$'', got ''\\x0d'''",
        "*1\\r\\n$x,       invalid bulk length",
        "*1\\r\\n$-1\\r\\n, invalid bulk length",
        "*1\\r\\n$1001\\r\\n, invalid bulk length: 1001 bytes are more than the 1000 that a request may have",
        "*1\\r\\n$9999999999\\r\\n, invalid bulk length: 9999999999 bytes are more than the 1000 that a request may have",
        "*1\\r\\n$99999999999, invalid bulk length",
        "*1\\r\\n$1\\r\\nab\\n, expected CRLF behind a bulk string",
        "*1\\r\\n$1\\r\\na\\r\\r, expected CRLF behind a bulk string",
        "POST / HTTP/1.1\\r\\n, 'this is HTTP, and this port speaks RESP'",
        "Host: localhost\\r\\n, 'this is HTTP, and this port speaks RESP'",
    })
    void refusesGarbage(String raw, String error) {
        assertEquals(error, error(raw.replace("\\r", "\r").replace("\\n", "\n")));
    }

    @Test
    void limitsTheSumOfTheArguments() throws ProtocolException {
        String half = "$500\r\n" + "x".repeat(500) + "\r\n";

        assertEquals(2, all("*2\r\n" + half + half).getFirst().size());
        assertEquals(
                "invalid bulk length: 1001 bytes are more than the 1000 that a request may have",
                error("*3\r\n" + half + half + "$1\r\n"));
    }

    @Test
    void limitsInlineCommands() throws ProtocolException {
        assertEquals(
                "too big inline request: it has more than the 65536 bytes that it may have",
                error("x".repeat(RequestDecoder.LINE_BYTES + 1)),
                "that does not end");
        assertEquals("too big inline request", error("x".repeat(1_001) + "\n"), "beyond the request's bytes");
        assertEquals("too big inline request", error("x ".repeat(21) + "\n"), "beyond the request's arguments");
        assertEquals(20, all("x ".repeat(20) + "\n").getFirst().size());
    }

    @Test
    void allowsStrangersLess() throws ProtocolException {
        RespOptions.Limits large = RespOptions.Limits.DEFAULT;
        assertEquals(
                "unauthenticated multibulk length",
                assertThrows(ProtocolException.class, () -> new RequestDecoder(large).next(bytes("*11\r\n"), false))
                        .getMessage());
        assertEquals(
                "unauthenticated bulk length",
                assertThrows(
                                ProtocolException.class,
                                () -> new RequestDecoder(large).next(bytes("*1\r\n$16385\r\n"), false))
                        .getMessage());
        assertEquals(
                10,
                words(new RequestDecoder(large).next(bytes("*10\r\n" + "$1\r\na\r\n".repeat(10)), false))
                        .size());
    }

    @Test
    void takesNoMemoryForWhatIsOnlyClaimed() throws ProtocolException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ByteBuf in = bytes("*1048576\r\n$16777216\r\nabc");
        RequestDecoder decoder = new RequestDecoder(RespOptions.Limits.DEFAULT);
        long before = threads.getCurrentThreadAllocatedBytes();

        assertEquals(List.of(), words(decoder.next(in, true)));

        assertTrue(threads.getCurrentThreadAllocatedBytes() - before < 100_000);
    }

    private static String error(String raw) {
        return String.valueOf(
                assertThrows(ProtocolException.class, () -> all(raw)).getMessage());
    }

    private static List<List<String>> all(String raw) throws ProtocolException {
        RequestDecoder decoder = new RequestDecoder(SMALL);
        ByteBuf in = bytes(raw);
        List<List<String>> all = new ArrayList<>();
        for (Request next = decoder.next(in, true); next != null; next = decoder.next(in, true)) {
            all.add(words(next));
        }
        return all;
    }

    private static ByteBuf bytes(String raw) {
        return Unpooled.copiedBuffer(raw, StandardCharsets.UTF_8);
    }

    private static List<String> words(@Nullable Request request) {
        return request == null
                ? List.of()
                : IntStream.range(0, request.size()).mapToObj(request::text).toList();
    }
}
