package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands that every port has, by their replies on the wire. */
class ConnectionCommandsTest {
    private static final CommandTable COMMANDS = CommandTable.of(List.of(
            Command.read("GET", 2, Command.Keys.ONE, (session, request) -> Reply.NIL),
            Command.read("ALL", 1, Command.Keys.NONE, (session, request) -> allTypes()),
            Command.refused("REFUSED", Command.Kind.WRITE, () -> new CommandException("ERR not here"))));
    private static final List<InfoSection> INFO =
            List.of(new InfoSection("Stats", Map.of("rows", "7")), new InfoSection("Shards", Map.of("shards", "4")));

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
    }

    @Test
    void answersPingAndEcho() throws IOException {
        TestClient client = client();

        assertEquals("+PONG", client.call("PING"));
        assertEquals("\"hi\"", client.call("ping", "hi"));
        assertEquals("-ERR wrong number of arguments for 'ping' command", client.call("PING", "a", "b"));
        assertEquals("\"\"", client.call("ECHO", ""));
    }

    @Test
    void refusesWhatItDoesNotKnowInRedissWords() throws IOException {
        TestClient client = client();

        assertEquals(
                "-ERR unknown command 'nope', with args beginning with: 'a' 'b  c' ",
                client.call("nope", "a", "b\r\nc"));
        assertEquals("-ERR unknown command 'nope', with args beginning with: ", client.call("nope"));
        assertEquals("-ERR wrong number of arguments for 'get' command", client.call("GET"));
        assertEquals("-ERR unknown subcommand 'nope'. Try CLIENT HELP.", client.call("CLIENT", "nope"));
        assertEquals("-ERR wrong number of arguments for 'client|setname' command", client.call("CLIENT", "SETNAME"));
        assertEquals("-ERR wrong number of arguments for 'client' command", client.call("CLIENT"));
        assertEquals("-ERR DB index is out of range", client.call("SELECT", "1"));
        assertEquals("-ERR value is not an integer or out of range", client.call("SELECT", "x"));
        assertEquals("+OK", client.call("SELECT", "0"));
    }

    @Test
    void isNoCluster() throws IOException {
        TestClient client = client();

        for (String[] words : List.of(
                new String[] {"CLUSTER", "NODES"}, new String[] {"READONLY"}, new String[] {"READWRITE"}, new String[] {
                    "ASKING"
                })) {
            assertEquals("-ERR This instance has cluster support disabled", client.call(words));
        }
        assertEquals("-ERR wrong number of arguments for 'cluster' command", client.call("CLUSTER"));
        assertEquals("+PONG", client.call("PING"));
    }

    @Test
    void shortensTheArgumentsThatAnErrorRepeats() throws IOException {
        String reply = client().call("x".repeat(1000), "y".repeat(1000), "z");

        assertEquals(
                "-ERR unknown command '" + "x".repeat(128) + "', with args beginning with: '" + "y".repeat(128) + "' ",
                reply);
    }

    @Test
    void speaksBothProtocols() throws IOException {
        TestClient client = client();

        assertEquals("[\"m\", [\"k\", :1], [\"e\"], nil, nil[], \"1.5\", :1, :0]", client.call("ALL"));
        String welcome = client.call("HELLO", "3", "SETNAME", "me");
        assertTrue(welcome.startsWith("%[\"server\", \"kora-cdc\", \"version\", \"1.2.3\", \"proto\", :3,"), welcome);
        assertEquals("[\"m\", %[\"k\", :1], ~[\"e\"], _, _, ,1.5, #t, #f]", client.call("ALL"));
        assertEquals("_", client.call("GET", "a"));
        assertEquals("\"me\"", client.call("CLIENT", "GETNAME"));
        assertEquals("+RESET", client.call("RESET"));
        assertEquals("nil", client.call("GET", "a"));
        assertEquals("nil", client.call("CLIENT", "GETNAME"));
        assertTrue(client.call("HELLO").startsWith("[\"server\", "));
    }

    @Test
    void givesEachReplyInTheProtocolOfItsRequest() throws IOException {
        String pipeline = TestClient.array("GET", "a")
                + TestClient.array("HELLO", "3")
                + TestClient.array("GET", "a")
                + TestClient.array("HELLO", "2")
                + TestClient.array("GET", "a");

        List<String> replies = client().send(pipeline).replies(5);

        assertEquals(List.of("nil", "_", "nil"), List.of(replies.get(0), replies.get(2), replies.get(4)));
    }

    @Test
    void refusesAnUnknownProtocol() throws IOException {
        TestClient client = client();

        assertEquals("-NOPROTO unsupported protocol version", client.call("HELLO", "4"));
        assertEquals("-ERR Protocol version is not an integer or out of range", client.call("HELLO", "x"));
        assertEquals("-ERR Syntax error in HELLO option 'AUTH'", client.call("HELLO", "3", "AUTH", "default"));
        assertEquals("nil", client.call("GET", "a"), "still RESP2");
    }

    @Test
    void wantsThePasswordFirst() throws IOException {
        TestClient client = client("sesame");

        assertEquals("-NOAUTH Authentication required.", client.call("GET", "a"));
        assertEquals("-NOAUTH Authentication required.", client.call("PING"));
        assertTrue(client.call("HELLO", "3").startsWith("-NOAUTH HELLO must be called with the client already"));
        String wrong = "-WRONGPASS invalid username-password pair or user is disabled.";
        assertEquals(wrong, client.call("AUTH", "Sesame"));
        assertEquals(wrong, client.call("AUTH", "root", "sesame"));
        assertEquals(wrong, client.call("HELLO", "3", "AUTH", "default", "sesam"));
        assertEquals("-NOAUTH Authentication required.", client.call("GET", "a"));
        assertEquals("+OK", client.call("AUTH", "sesame"));
        assertEquals("nil", client.call("GET", "a"));
        assertEquals("+RESET", client.call("RESET"));
        assertEquals("-NOAUTH Authentication required.", client.call("GET", "a"));
        assertTrue(client.call("HELLO", "3", "AUTH", "default", "sesame").startsWith("%["));
        assertEquals("_", client.call("GET", "a"));
    }

    @Test
    void takesAnyPasswordButNoLoneOneWhereThereIsNone() throws IOException {
        TestClient client = client();

        assertTrue(client.call("AUTH", "x").startsWith("-ERR AUTH <password> called without any password configured"));
        assertEquals("+OK", client.call("AUTH", "default", "x"));
    }

    @Test
    void allowsStrangersLittle() throws IOException {
        assertEquals(
                "-ERR Protocol error: unauthenticated multibulk length",
                client("sesame").send("*11\r\n").reply());
        assertEquals(
                "-ERR Protocol error: unauthenticated bulk length",
                client("sesame").send("*2\r\n$3\r\nGET\r\n$16385\r\n").reply());
        String large = "x".repeat(20_000);
        List<String> replies = client("sesame")
                .send(TestClient.array("AUTH", "sesame") + TestClient.array("ECHO", large))
                .replies(2);
        assertEquals(List.of("+OK", '"' + large + '"'), replies);
    }

    @Test
    void knowsItsClients() throws IOException {
        TestClient client = client();

        assertEquals("+OK", client.call("CLIENT", "SETNAME", "worker-1"));
        assertEquals("+OK", client.call("CLIENT", "SETINFO", "LIB-NAME", "lib"));
        assertEquals("+OK", client.call("CLIENT", "SETINFO", "lib-ver", "9"));
        assertEquals("-ERR Unrecognized option 'x'", client.call("CLIENT", "SETINFO", "x", "9"));
        String noBlanks = "-ERR Client names cannot contain spaces, newlines or special characters.";
        assertEquals(noBlanks, client.call("CLIENT", "SETNAME", "a b"));
        assertEquals(":1", client.call("CLIENT", "ID"));
        String info = client.call("CLIENT", "INFO");
        assertTrue(info.startsWith("\"id=1 addr=127.0.0.1:"), info);
        assertTrue(info.contains(" name=worker-1 ") && info.contains(" lib-name=lib lib-ver=9 resp=2\n"), info);
        assertEquals("+OK", client.call("CLIENT", "NO-EVICT", "on"));
        String list = client.call("CLIENT", "LIST");
        assertEquals(1, list.lines().filter(line -> line.contains("id=")).count(), list);
    }

    @Test
    void describesItsCommands() throws IOException {
        TestClient client = client();

        String get = "[\"get\", :2, [+readonly], :1, :1, :1, [], [], [], []]";
        assertEquals("[" + get + ", nil[]]", client.call("COMMAND", "INFO", "GET", "nope"));
        assertTrue(client.call("COMMAND").startsWith("[" + get + ", "));
        assertTrue(client.call("COMMAND", "LIST").contains("\"command\""));
        assertEquals(":17", client.call("COMMAND", "COUNT"));
        assertFalse(client.call("COMMAND", "LIST").contains("refused"), "what is not executed is not told of");
        assertEquals("[nil[]]", client.call("COMMAND", "INFO", "REFUSED"));
        assertEquals(
                "[\"get\", [\"summary\", \"Reads data\", \"group\", \"generic\"]]",
                client.call("COMMAND", "DOCS", "get", "nope"));
    }

    @Test
    void tellsToolsWhatTheyAskBeforeTheyBegin() throws IOException {
        TestClient client = client();

        assertEquals("[\"save\", \"\"]", client.call("CONFIG", "GET", "save"));
        assertEquals("[\"appendonly\", \"no\"]", client.call("CONFIG", "GET", "appendonly"));
        assertEquals("[]", client.call("CONFIG", "GET", "nope"));
    }

    @Test
    void addsThePortsSectionsToItsOwn() throws IOException {
        TestClient client = client();

        String all = client.call("INFO");
        assertTrue(all.contains("# Server\r\nredis_version:"), all);
        assertTrue(all.contains("\r\nkora_cdc_version:1.2.3\r\n"), all);
        assertTrue(all.contains("\r\nrows:7\r\n\r\n# Shards\r\nshards:4\r\n"), all);
        assertEquals("\"# Shards\r\nshards:4\r\n\"", client.call("INFO", "shards"));
        assertEquals("\"\"", client.call("INFO", "nope"));
    }

    @Test
    void endsBehindQuit() throws IOException {
        TestClient client = client().send(TestClient.array("QUIT") + TestClient.array("PING"));

        assertEquals(List.of("+OK", TestClient.END), client.replies(2));
    }

    private TestClient client() throws IOException {
        return client(RespOptions.loopback("test", "1.2.3", 0));
    }

    private TestClient client(String password) throws IOException {
        return client(RespOptions.loopback("test", "1.2.3", 0).withPassword(password));
    }

    private TestClient client(RespOptions options) throws IOException {
        RespServer server = RespServer.start(options, COMMANDS, () -> INFO, Execution.EVENT_LOOP);
        open.add(server);
        TestClient client = TestClient.connect(server.port());
        open.add(client);
        return client;
    }

    private static Reply allTypes() {
        return Reply.array(List.of(
                Reply.bulk("m"),
                new Reply.Pairs(List.of(Reply.bulk("k"), Reply.integer(1))),
                new Reply.Members(List.of(Reply.bulk("e"))),
                Reply.NIL,
                Reply.NIL_ARRAY,
                new Reply.Real(1.5),
                new Reply.Bool(true),
                new Reply.Bool(false)));
    }
}
