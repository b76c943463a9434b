package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyEncoderTest {

    @Test
    void writesWhatIsAlikeInBothProtocols() {
        assertBoth("+OK\r\n", Reply.OK);
        assertBoth("+PONG\r\n", new Reply.Status("PONG"));
        assertBoth("-ERR no\r\n", Reply.failure("ERR no"));
        assertBoth("$0\r\n\r\n", Reply.bulk(""));
        assertBoth("$4\r\na\r\nb\r\n", Reply.bulk("a\r\nb"));
        assertBoth("$2\r\né\r\n", Reply.bulk("é"));
        assertBoth("*0\r\n", Reply.EMPTY_ARRAY);
        assertBoth("*2\r\n:1\r\n*1\r\n+OK\r\n", Reply.array(List.of(Reply.integer(1), Reply.array(List.of(Reply.OK)))));
    }

    @Test
    void writesNumbers() {
        for (long number : new long[] {0, 9, 10, 99, 100, 1_234_567_890, Long.MAX_VALUE, -1, -10, Long.MIN_VALUE}) {
            assertBoth(":" + number + "\r\n", Reply.integer(number));
        }
    }

    @Test
    void keepsALineALine() {
        assertBoth("-ERR a  b c\r\n", Reply.failure("ERR a\r\nb\nc"));
        assertBoth("+a b\r\n", new Reply.Status("a\nb"));
    }

    @Test
    void writesTheTypesOfResp3() {
        assertEach("$-1\r\n", "_\r\n", Reply.NIL);
        assertEach("*-1\r\n", "_\r\n", Reply.NIL_ARRAY);
        assertEach(":1\r\n", "#t\r\n", new Reply.Bool(true));
        assertEach(":0\r\n", "#f\r\n", new Reply.Bool(false));
        List<Reply> two = List.of(Reply.bulk("a"), Reply.NIL);
        assertEach("*2\r\n$1\r\na\r\n$-1\r\n", "%1\r\n$1\r\na\r\n_\r\n", new Reply.Pairs(two));
        assertEach("*2\r\n$1\r\na\r\n$-1\r\n", "~2\r\n$1\r\na\r\n_\r\n", new Reply.Members(two));
    }

    @Test
    void writesDoublesAsRedisDoes() {
        assertDouble("1.5", 1.5);
        assertDouble("-3", -3.0);
        assertDouble("0.1", 0.1);
        assertDouble("10000000000", 1e10);
        assertDouble("1.0e300", 1e300);
        assertDouble("inf", Double.POSITIVE_INFINITY);
        assertDouble("-inf", Double.NEGATIVE_INFINITY);
        assertDouble("nan", Double.NaN);
    }

    @Test
    void guessesSizesThatAreLargeEnough() {
        Reply reply = new Reply.Pairs(List.of(
                Reply.bulk("x".repeat(1000)), new Reply.Members(List.of(new Reply.Real(-1.0 / 3), Reply.integer(-7)))));

        assertTrue(ReplyEncoder.size(reply) >= encoded(reply, 3).length());
        assertTrue(ReplyEncoder.size(reply) < 1200);
    }

    private static void assertDouble(String text, double value) {
        assertEach("$" + text.length() + "\r\n" + text + "\r\n", "," + text + "\r\n", new Reply.Real(value));
    }

    private static void assertBoth(String expected, Reply reply) {
        assertEach(expected, expected, reply);
    }

    private static void assertEach(String resp2, String resp3, Reply reply) {
        assertEquals(resp2, encoded(reply, 2));
        assertEquals(resp3, encoded(reply, 3));
    }

    private static String encoded(Reply reply, int protocol) {
        ByteBuf out = Unpooled.buffer();
        ReplyEncoder.encode(reply, protocol, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
