package dev.kora.cdc.server.resp;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A port on a loopback socket, its handlers on the event loop and on threads. */
class RespServerTest {
    private static final int LARGE_BYTES = 256 * 1024;
    private static final Reply LARGE = Reply.bulk(new byte[LARGE_BYTES]);

    private final Queue<ReplyTo> waiting = new ConcurrentLinkedQueue<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger executed = new AtomicInteger();
    private final List<AutoCloseable> open = new ArrayList<>();

    static List<Execution> executions() {
        return List.of(Execution.EVENT_LOOP, Execution.threads(2));
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @ParameterizedTest
    @MethodSource("executions")
    void repliesInOrderWhateverOrderHandlersAnswerIn(Execution execution) throws IOException {
        TestClient client = client(start(execution));
        int count = 500;
        StringBuilder pipeline = new StringBuilder();
        for (int i = 0; i < count; i++) {
            pipeline.append(TestClient.array("LATER", Integer.toString(i)));
        }

        client.send(pipeline.toString());
        await().until(() -> waiting.size() == count);
        List<ReplyTo> shuffled = new ArrayList<>(waiting);
        List<Integer> numbers = IntStream.range(0, count).boxed().toList();
        List<Integer> order = new ArrayList<>(numbers);
        Collections.shuffle(order);
        order.parallelStream().forEach(i -> shuffled.get(i).reply(Reply.integer(i)));

        assertEquals(numbers.stream().map(i -> ":" + i).toList(), client.replies(count));
    }

    @ParameterizedTest
    @MethodSource("executions")
    void executesInOrderWithinAConnection(Execution execution) throws Exception {
        RespServer server = start(execution);
        List<CompletableFuture<List<String>>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(CompletableFuture.supplyAsync(() -> counted(server)));
        }

        List<String> expected =
                IntStream.rangeClosed(1, 2_000).mapToObj(n -> ":" + n).toList();
        for (CompletableFuture<List<String>> client : clients) {
            assertEquals(expected, client.get());
        }
    }

    private List<String> counted(RespServer server) {
        try (TestClient client = TestClient.connect(server.port())) {
            return client.send(TestClient.array("NEXT").repeat(2_000)).replies(2_000);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("executions")
    void stopsExecutingForWhoDoesNotRead(Execution execution) throws IOException {
        RespServer server = start(execution);
        int count = 400;
        TestClient client = client(server).send(TestClient.array("LARGE").repeat(count));

        await().until(() -> server.metrics().pauses() > 0);
        int before = executed.get();
        assertTrue(before < count / 2, "executed " + before);
        assertEquals("+PONG", client(server).call("PING"), "others are served");

        String large = '"' + "\0".repeat(LARGE_BYTES) + '"';
        for (int i = 0; i < count; i++) {
            assertEquals(large, client.reply());
        }
        assertEquals("+PONG", client.call("PING"));
    }

    @Test
    void letsOneConnectionWaitWithoutStallingAnother() throws IOException {
        RespServer server = start(Execution.threads(2));
        TestClient slow = client(server).send(TestClient.array("WAIT") + TestClient.array("NEXT"));
        TestClient quick = client(server);

        assertEquals(":1", quick.call("NEXT"));
        assertEquals(":2", quick.call("NEXT"));
        assertFalse(slow.hasReply());
        release.countDown();
        assertEquals(List.of("+OK", ":1"), slow.replies(2));
    }

    @ParameterizedTest
    @MethodSource("executions")
    void survivesBugs(Execution execution) throws IOException {
        RespServer server = start(execution);
        TestClient client = client(server);

        for (int i = 0; i < 5; i++) {
            assertEquals("-ERR internal error in 'bug': the log of the server tells more", client.call("bug"));
        }
        assertEquals("-ERR no such thing", client.call("REFUSE"));
        assertEquals(":1", client.call("NEXT"));
        assertEquals(5, server.metrics().bugs());
        assertEquals(6, server.metrics().failures());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void answersWhoSendsNoMore(Execution execution) throws IOException {
        TestClient client = client(start(execution));

        client.send(TestClient.array("NEXT").repeat(1_500) + "*1\r\n$4\r\nNE").sendsNoMore();

        assertEquals(IntStream.rangeClosed(1, 1_500).mapToObj(n -> ":" + n).toList(), client.replies(1_500));
        assertEquals(TestClient.END, client.reply());
    }

    @Test
    void tellsOfAProtocolErrorThoughTheClientGoesOnSending() throws IOException {
        TestClient client = client(start(Execution.EVENT_LOOP));

        client.send("NEXT\r\n*1\r\n$99999999\r\n" + "x".repeat(300_000));

        assertEquals(
                List.of(
                        ":1",
                        "-ERR Protocol error: invalid bulk length: 99999999 bytes are more than the 16777216 that a request may have",
                        TestClient.END),
                client.replies(3));
    }

    @Test
    void letsNoMoreInThanItMay() throws IOException {
        RespServer server = start(Execution.EVENT_LOOP, limits(2, Duration.ZERO));
        TestClient first = client(server);
        assertEquals("+PONG", first.call("PING"));
        assertEquals("+PONG", client(server).call("PING"));

        assertEquals("-ERR max number of clients reached", client(server).reply());
        first.close();
        await().until(() -> server.metrics().connections() == 1);
        assertEquals("+PONG", client(server).call("PING"));
        assertEquals(1, server.metrics().connectionsRefused());
    }

    @Test
    void closesWhoIsSilent() throws IOException {
        RespServer server = start(Execution.EVENT_LOOP, limits(10, Duration.ofMillis(50)));

        assertEquals(TestClient.END, client(server).reply());
        assertEquals(TestClient.END, client(server).send("*1\r\n$4\r\nPI").reply());
    }

    @ParameterizedTest
    @MethodSource("executions")
    void letsRepliesOutWhenItCloses(Execution execution) throws Exception {
        RespServer server = start(execution);
        TestClient client = client(server).send(TestClient.array("LATER") + TestClient.array("NEXT"));
        await().until(() -> waiting.size() == 1 && server.metrics().requests() == 2);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        await().untilAsserted(() -> assertThrows(ConnectException.class, () -> TestClient.connect(server.port())));
        waiting.remove().reply(Reply.OK);

        assertEquals(List.of("+OK", ":1", TestClient.END), client.replies(3));
        client.close();
        closing.get();
        server.close();
        assertEquals(0, server.metrics().connections());
        assertEquals(0, server.metrics().inFlight());
    }

    @Test
    void closesThoughAHandlerNeverAnswers() throws IOException {
        RespServer server = start(Execution.threads(1));
        TestClient client = client(server).send(TestClient.array("WAIT"));
        await().until(() -> server.metrics().requests() == 1);

        server.close();

        assertEquals(TestClient.END, client.reply());
        assertEquals(0, server.metrics().inFlight());
    }

    @Test
    void saysWhereItCannotListen() throws IOException {
        RespServer server = start(Execution.EVENT_LOOP);
        RespOptions taken = RespOptions.loopback("gateway", "1", server.port());

        IOException e = assertThrows(
                IOException.class,
                () -> RespServer.start(taken, CommandTable.of(List.of()), List::of, Execution.EVENT_LOOP));

        assertTrue(
                String.valueOf(e.getMessage()).startsWith("the gateway cannot listen on 127.0.0.1:" + server.port()),
                e.getMessage());
    }

    private CommandTable commands() {
        SessionKey<Integer> count = new SessionKey<>(Integer.class, 0);
        return CommandTable.of(List.of(
                Command.write("LATER", -1, Command.Keys.NONE, (session, request, to) -> waiting.add(to)),
                Command.read("NEXT", 1, Command.Keys.NONE, (session, request) -> {
                    session.set(count, session.get(count) + 1);
                    return Reply.integer(session.get(count));
                }),
                Command.read("LARGE", 1, Command.Keys.NONE, (session, request) -> {
                    executed.incrementAndGet();
                    return LARGE;
                }),
                Command.read("WAIT", 1, Command.Keys.NONE, (session, request) -> waited()),
                Command.read("REFUSE", 1, Command.Keys.NONE, (session, request) -> {
                    throw new CommandException("ERR no such thing");
                }),
                Command.read("BUG", 1, Command.Keys.NONE, (session, request) -> {
                    throw new AssertionError("a bug");
                })));
    }

    private Reply waited() {
        try {
            release.await();
            return Reply.OK;
        } catch (InterruptedException e) {
            throw new CommandException("ERR interrupted");
        }
    }

    private static RespOptions.Limits limits(int connections, Duration idle) {
        return new RespOptions.Limits(connections, 1_000_000, 1_000, 1_000, idle, Duration.ofSeconds(30));
    }

    private RespServer start(Execution execution) throws IOException {
        return start(execution, RespOptions.Limits.DEFAULT);
    }

    private RespServer start(Execution execution, RespOptions.Limits limits) throws IOException {
        RespOptions options = RespOptions.loopback("test", "1", 0).withLimits(limits);
        RespServer server = RespServer.start(options, commands(), List::of, execution);
        open.add(server);
        return server;
    }

    private TestClient client(RespServer server) throws IOException {
        TestClient client = TestClient.connect(server.port());
        open.add(client);
        return client;
    }
}
