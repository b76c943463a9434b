package dev.kora.cdc.stack;

import static dev.kora.cdc.stack.RawClient.command;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bad input at both ports: one line says what is wrong, the connection goes on or is closed, and no other command is lost or
 * doubled.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class BadRequestsIT {
    private static final int MIB = 1024 * 1024;

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Stack stack;

    /** Numbered values pushed by the good commands between the bad ones. */
    private static int acknowledged;

    @BeforeAll
    static void start() {
        stack = Stack.start(StackConfig.of(directory), Progress.silent());
    }

    @AfterAll
    static void everythingAcknowledgedIsThere() {
        try {
            awaitPushed();
        } finally {
            stack.close();
        }
    }

    /**
     * One bad request.
     *
     * @param bytes as they are sent
     * @param closes whether the connection ends with the reply, since nobody knows where the next request begins
     * @param reply what the line begins with
     * @param words what else stands in it
     */
    record Bad(String name, String bytes, boolean closes, String reply, List<String> words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad refused(String name, String bytes, String reply, String... words) {
        return new Bad(name, bytes, false, reply, List.of(words));
    }

    private static Bad closes(String name, String bytes, String reply, String... words) {
        return new Bad(name, bytes, true, "-ERR Protocol error: " + reply, List.of(words));
    }

    /** What both ports answer alike. */
    private static Stream<Bad> anywhere() {
        return Stream.of(
                refused(
                        "unknown",
                        command("SETT", "a", "b"),
                        "-ERR unknown command 'SETT', with args beginning with: 'a'"),
                refused("unknown, binary", command("\u0000\u00ff\r\n"), "-ERR unknown command"),
                refused("inline garbage", "\u0000\u0001 !\u00fe\u00ff?\r\n", "-ERR unknown command"),
                refused("arity", command("ECHO"), "-ERR wrong number of arguments for 'echo' command"),
                refused("database", command("SELECT", "1"), "-ERR", "range"),
                refused("password", command("AUTH", "secret"), "-ERR", "without any password configured"),
                refused("protocol", command("HELLO", "9"), "-NOPROTO"),
                refused("subcommand", command("CLIENT", "NOSUCH"), "-ERR", "NOSUCH"),
                closes(
                        "20 MB",
                        "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$20971520\r\n",
                        "invalid bulk length: 20971524 bytes",
                        "16777216"),
                closes("array", "*2000000000\r\n", "invalid multibulk length: 2000000000 arguments", "1048576"),
                closes("array beyond numbers", "*99999999999999999999\r\n", "invalid multibulk length"),
                closes("bulk below 0", "*1\r\n$-5\r\n", "invalid bulk length"),
                closes("no bulk", "*1\r\n!GET\r\n", "expected '$', got '!'"),
                closes("no line end", "*1\r\n$4\r\nPINGPING\r\n", "expected CRLF behind a bulk string"),
                closes("inline too long", "x".repeat(70_000), "too big inline request", "65536 bytes"),
                closes("quotes", "SET \"a b\r\n", "unbalanced quotes in request"),
                closes("HTTP", "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "this is HTTP, and this port speaks RESP"));
    }

    static Stream<Bad> atTheGateway() {
        String value = "v".repeat(9 * MIB);
        String key = "k".repeat(65_537);
        return Stream.concat(
                anywhere(),
                Stream.of(
                        refused("value", command("SET", "a", value), "-TOOLARGE", "SET", "beyond the limit of 8388608"),
                        refused("key", command("SET", key, "v"), "-TOOLARGE", "key", "65537", "65536"),
                        refused("field", command("HSET", "h", key, "v"), "-TOOLARGE", "field", "65537", "65536"),
                        refused("arity", command("SET", "a"), "-ERR wrong number of arguments for 'set' command"),
                        refused(
                                "half a pair",
                                command("HSET", "h", "f", "v", "g"),
                                "-ERR wrong number of arguments for 'hset'"),
                        refused("syntax", command("SET", "a", "1", "NOSUCH"), "-ERR syntax error"),
                        refused(
                                "number",
                                command("SET", "a", "1", "EX", "soon"),
                                "-ERR value is not an integer or out of range"),
                        refused(
                                "time",
                                command("SET", "a", "1", "EX", "0"),
                                "-ERR invalid expire time in 'set' command"),
                        refused(
                                "state",
                                command("SET", "a", "1", "NX"),
                                "-ERR the option NX",
                                "keeps no state",
                                "without it"),
                        refused("not logged", command("INCR", "a"), "-ERR INCR cannot be logged", "docs/commands.md"),
                        refused("read", command("GET", "a"), "-ERR this port takes writes alone", "reads' port"),
                        refused(
                                "JSON",
                                command("DOC.SET", "c", "d", "{\"a\":"),
                                "-ERR the document is refused: it is no JSON"),
                        refused(
                                "JSON root",
                                command("DOC.SET", "c", "d", "[1]"),
                                "-ERR the document is refused",
                                "object"),
                        refused(
                                "JSON depth",
                                command("DOC.SET", "c", "d", "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}"),
                                "-ERR the document is refused",
                                "127"),
                        refused("JSON bytes", command("DOC.SET", "c", "d", "{\"a\":\"\u00ff\"}"), "-ERR", "UTF-8"),
                        refused(
                                "vector length",
                                command("VECSET", "v", "3", "1", "2"),
                                "-ERR the vector is refused",
                                "3",
                                "2"),
                        refused(
                                "vector number",
                                command("VECSET", "v", "2", "1", "x"),
                                "-ERR the vector is refused",
                                "x"),
                        refused("dimensions", command("VECSET", "v", "-1", "1"), "-ERR")));
    }

    static Stream<Bad> atTheReads() {
        return Stream.concat(
                anywhere(),
                Stream.of(
                        refused("write", command("SET", "a", "1"), "-READONLY this port reads the snapshot", "gateway"),
                        refused("arity", command("GET"), "-ERR wrong number of arguments for 'get' command"),
                        refused("type", command("GET", "pushed"), "-WRONGTYPE Operation against a key"),
                        refused(
                                "number",
                                command("LRANGE", "pushed", "0", "x"),
                                "-ERR value is not an integer or out of range"),
                        refused("cursor", command("SCAN", "x"), "-ERR invalid cursor"),
                        refused("option", command("SCAN", "0", "NOSUCH"), "-ERR syntax error"),
                        refused("shard", command("SHARD", "99"), "-ERR no such shard: there are shards 0 to 3"),
                        refused(
                                "shard's number",
                                command("SHARD", "x"),
                                "-ERR value is not an integer or out of range")));
    }

    @ParameterizedTest
    @MethodSource
    void atTheGateway(Bad bad) {
        answersInOneLine(stack.ports().gateway(), bad);
    }

    @ParameterizedTest
    @MethodSource
    void atTheReads(Bad bad) {
        push(); // so that the key is there
        awaitPushed();
        answersInOneLine(stack.ports().resp(), bad);
    }

    private static void answersInOneLine(int port, Bad bad) {
        long before = mutations();
        try (RawClient client = new RawClient(port)) {
            client.send(bad.bytes());
            String line = client.line();
            assertTrue(line.startsWith(bad.reply()), line);
            bad.words().forEach(word -> assertTrue(line.contains(word), () -> "no \"" + word + "\" in " + line));
            assertPlain(line);
            assertEquals(
                    bad.closes() ? RawClient.END : "+PONG",
                    client.send(command("PING")).line());
        }
        assertEquals(before, mutations(), "a refused command was logged");
        push();
    }

    /** What a person may read: no stack trace, no class name, no control characters, and no longer than some lines of a screen. */
    private static void assertPlain(String line) {
        assertTrue(!line.contains("Exception") && !line.contains("java.") && line.length() < 500, line);
        assertTrue(line.chars().noneMatch(c -> c < ' ' || c == 127), () -> "control characters in " + line);
    }

    @Test
    void halfARequestIsForgottenWithItsConnection() {
        long before = mutations();
        String whole = command("SET", "half", "v".repeat(1000));
        for (int cut : new int[] {1, 2, 5, 13, 30, whole.length() - 1000, whole.length() - 1}) {
            try (RawClient client = new RawClient(stack.ports().gateway())) {
                assertEquals(
                        "+PONG",
                        client.send(command("PING") + whole.substring(0, cut)).line());
            }
            push();
            before++;
        }
        assertEquals(before, mutations());
    }

    /** A pipeline of good commands with a bad one among them: all the others are executed, in their order. */
    @Test
    void aPipelineGoesOnBehindABadCommand() {
        try (RawClient client = new RawClient(stack.ports().gateway())) {
            client.send(pushNext() + command("SET", "a") + pushNext() + command("INCR", "a") + pushNext());
            assertEquals(":1", client.line());
            assertTrue(client.line().startsWith("-ERR wrong number"));
            assertEquals(":1", client.line());
            assertTrue(client.line().startsWith("-ERR INCR"));
            assertEquals(":1", client.line());
        }
        awaitPushed();
    }

    private static String pushNext() {
        return command("RPUSH", "pushed", Integer.toString(++acknowledged));
    }

    /** A good command on a connection of its own. */
    private static void push() {
        try (RawClient client = new RawClient(stack.ports().gateway())) {
            assertEquals(":1", client.send(pushNext()).line());
        }
    }

    private static long mutations() {
        try (WalProbe wal = WalProbe.open(stack)) {
            return wal.mutations();
        }
    }

    /** Everything that was acknowledged is there, once and in order. */
    private static void awaitPushed() {
        List<String> expected = Stream.iterate(1, i -> i + 1)
                .limit(acknowledged)
                .map(String::valueOf)
                .toList();
        try (RespClient reads = new RespClient(stack.ports().resp())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertEquals(
                            expected,
                            reads.list("LRANGE", "pushed", "0", "-1").stream()
                                    .map(RespClient::text)
                                    .toList()));
        }
    }
}
