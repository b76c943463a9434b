package dev.kora.cdc.producer.source.resp;

import static dev.kora.cdc.producer.source.resp.GatewayRig.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.producer.metrics.GatewayMeters;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.metrics.Metrics;
import dev.kora.cdc.server.resp.InfoSection;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import dev.kora.cdc.server.resp.TableConnection;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of commands: acknowledged, refused, deferred, uncertain. */
class GatewayTest {
    private final GatewayRig rig = new GatewayRig();
    private final ShardRouter router = new ShardRouter(GatewayRig.SHARDS);

    private GatewayMetrics.Counts counts(String command) {
        return rig.gateway.metrics().of(command);
    }

    @Test
    void putsRecordsWhereTheirKeysBelong() {
        List<ShardRecord> command = rig.taken(Reply.OK, Request.of("MSET", "foo", "1", "bar", "2", "{foo}x", "3"));
        assertEquals(
                List.of(
                        router.shardOf(Bytes.utf8("foo")),
                        router.shardOf(Bytes.utf8("bar")),
                        router.shardOf(Bytes.utf8("foo"))),
                command.stream().map(ShardRecord::shard).toList());
        int document = rig.taken(Reply.OK, Request.of("DOC.SET", "c", "d", "{}"))
                .get(0)
                .shard();
        assertEquals(router.shardOfDocument(Bytes.utf8("c"), Bytes.utf8("d")), document);
        assertEquals(
                List.of(0, 1, 2, 3),
                rig.taken(Reply.OK, Request.of("FLUSHDB")).stream()
                        .map(ShardRecord::shard)
                        .toList());
    }

    @Test
    void offersARequestAgainWhereThereIsNoRoom() {
        rig.publisher.full(true);
        Request request = Request.of("SET", "k", "v", "PX", "100");
        FakeReplyTo to = rig.send(request);
        rig.advance(50);
        rig.send(request, to);
        assertEquals(2, to.timesBusy());
        assertEquals(List.of(), to.replies());
        rig.publisher.full(false);
        rig.send(request, to);
        rig.publisher.commit();
        assertEquals(2, to.timesBusy());
        assertEquals(List.of(Reply.OK), to.replies());
        assertEquals(1, rig.publisher.commands().size());
        assertEquals(2, counts("SET").deferred());
    }

    @Test
    void doesNotReadARequestAnewThatIsOfferedAgain() {
        rig.publisher.full(true);
        byte[] json = "{\"a\":1}".getBytes(StandardCharsets.US_ASCII);
        Request request = Request.of(
                List.of("DOC.SET".getBytes(StandardCharsets.US_ASCII), new byte[] {'c'}, new byte[] {'d'}, json));
        FakeReplyTo to = rig.send(request);
        json[0] = '['; // nobody would do that, but whoever looked again would see it
        rig.publisher.full(false);
        rig.send(request, to);
        rig.publisher.commit();
        assertEquals(List.of(Reply.OK), to.replies());
    }

    @Test
    void takesAnotherRequestAfterOneThatWasGivenUp() {
        rig.publisher.full(true);
        rig.send(Request.of("SET", "given", "up"));
        rig.publisher.full(false);
        assertEquals(
                List.of(new WalRecord.Set(Bytes.utf8("k"), Bytes.utf8("v"), null)),
                rig.records(Reply.OK, "SET", "k", "v"));
        assertEquals(1, rig.publisher.commands().size());
    }

    @Test
    void keepsAPointOfTimeHoweverLateTheCommandIsTaken() {
        rig.publisher.full(true);
        Request request = Request.of("PEXPIREAT", "k", Long.toString(NOW + 100));
        FakeReplyTo to = rig.send(request);
        rig.advance(60);
        rig.publisher.full(false);
        rig.send(request, to);
        assertEquals(NOW + 100, rig.publisher.commands().get(0).get(0).expiresAtMs());
    }

    @Test
    void saysThatACommandTakesLongAndNothingMoreAboutIt() {
        FakeReplyTo to = rig.send(Request.of("SET", "k", "v"));
        rig.publisher.late(new CdcException.Unavailable("not committed within 60 s", null));
        assertEquals("UNAVAILABLE the command was taken, but is not committed within 60 s", to.error());
        rig.publisher.commit();
        assertEquals(1, to.replies().size());
        assertEquals(1, counts("SET").uncertain());
        assertEquals(0, counts("SET").acknowledged());
    }

    @Test
    void saysThatAnUncertainCommandMayBeInTheLog() {
        FakeReplyTo to = rig.send(Request.of("SET", "k", "v"));
        rig.publisher.fail(new CdcException.Fenced("a newer writer took over shard 2", null));
        assertEquals(
                "UNAVAILABLE the command may or may not have been logged, since the writer stopped before its commit was"
                        + " known: a newer writer took over shard 2",
                to.error());
        assertEquals(1, counts("SET").uncertain());
        assertEquals(0, counts("SET").acknowledged());
    }

    @Test
    void saysThatNothingIsLoggedOnceThePublisherHasStopped() {
        rig.publisher.refuse(new CdcException.Fenced("this publisher is closed: open a new one", null));
        assertEquals(
                "UNAVAILABLE nothing was logged, the gateway takes no more writes: this publisher is closed: open a new one",
                rig.error("SET", "k", "v"));
        assertEquals(1, counts("SET").refused());
    }

    @Test
    void namesWhatIsTooLarge() {
        String longKey = "k".repeat(Limits.KEY_BYTES + 1);
        assertEquals(
                "TOOLARGE the key of SET takes 65537 bytes, beyond the limit of 65536", rig.error("SET", longKey, "v"));
        String error = rig.error("SET", "k", "v".repeat(Limits.RECORD_BYTES));
        assertTrue(error.startsWith("TOOLARGE the record of SET takes 83886"), error);
        assertTrue(error.endsWith("bytes, beyond the limit of 8388608"), error);
        assertEquals(
                "TOOLARGE the member of SADD takes 65537 bytes, beyond the limit of 65536",
                rig.error("SADD", "k", longKey));
        assertEquals(3, counts("SET").refused() + counts("SADD").refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "get", "MGET", "LRANGE", "SCAN", "DBSIZE", "DOC.GET", "VEC.GET", "ZRANGE"})
    void sendsReadersToTheReadPort(String command) {
        assertEquals("ERR this port takes writes alone: read from the reads' port", rig.error(command));
        assertEquals("ERR this port takes writes alone: read from the reads' port", rig.error(command, "k", "0", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INCR", "incr", "LPOP", "SREM", "HDEL", "RENAME", "ZADD", "DOC.UPDATE"})
    void saysOfOtherWritesThatTheyCannotBeLogged(String command) {
        String error = rig.error(command, "k");
        assertTrue(error.startsWith("ERR " + command.toUpperCase(Locale.ROOT) + " cannot be logged: "), error);
    }

    @Test
    void leavesTheRestToTheServer() {
        assertEquals("ERR unknown command", rig.error("BOGUS", "k"));
    }

    @Test
    void countsCommands() {
        rig.records(Reply.OK, "SET", "k", "v");
        rig.records(Reply.OK, "SET", "k", "v");
        rig.error("SET", "k", "v", "NX");
        assertEquals(2, counts("SET").acknowledged());
        assertEquals(1, counts("SET").refused());
        InfoSection section = rig.gateway.info().get(0);
        assertEquals("Gateway", section.title());
        Map<String, String> fields = section.fields();
        assertEquals("logging", fields.get("gateway_mode"));
        assertEquals("4", fields.get("gateway_shards"));
        assertEquals("retrying", fields.get("publisher_state"));
        assertEquals("1970-01-01T00:00:00Z", fields.get("publisher_retrying_since"));
        assertEquals("two lines", fields.get("publisher_last_error"));
        assertEquals("2", fields.get("commands_acknowledged"));
        assertEquals("1", fields.get("commands_refused"));
    }

    @Test
    void showsItsNumbersAsMetrics() {
        rig.records(Reply.OK, "SET", "k", "v");
        rig.error("DOC.SET", "c", "d", "[]");
        try (Metrics metrics = Metrics.open("db")) {
            GatewayMeters.bind(rig.gateway, metrics);
            String text = metrics.scrape("").text();
            for (String line : List.of(
                    "kora_cdc_gateway_commands_total{command=\"set\",database=\"db\",outcome=\"acknowledged\"} 1.0",
                    "kora_cdc_gateway_commands_total{command=\"doc.set\",database=\"db\",outcome=\"refused\"} 1.0",
                    "kora_cdc_gateway_commands_total{command=\"set\",database=\"db\",outcome=\"uncertain\"} 0.0",
                    "kora_cdc_gateway_deferred_total{command=\"set\",database=\"db\"} 0.0")) {
                assertTrue(text.contains(line), () -> line + " is not in " + text);
            }
        }
    }

    @Test
    void refusesEveryWriteWhereAKoraEngineIsFollowed() {
        Gateway refusing = Gateway.refusing("/var/lib/kora");
        TableConnection connection = new TableConnection(refusing.commands());
        String readOnly =
                "READONLY this database follows the Kora engine that writes /var/lib/kora, so the gateway takes no"
                        + " writes: send them to that engine";
        for (WriteCommand command : WriteCommand.ALL) {
            int size = Math.abs(command.arity());
            FakeReplyTo to = new FakeReplyTo();
            connection.send(Request.of(words(command.name(), size)), to);
            assertEquals(readOnly, to.error(), command.name());
            assertEquals(1, refusing.metrics().of(command.name()).refused());
        }
        FakeReplyTo unlogged = new FakeReplyTo();
        connection.send(Request.of("INCR", "k"), unlogged);
        assertEquals(readOnly, unlogged.error());
        FakeReplyTo to = new FakeReplyTo();
        connection.send(Request.of("GET", "k"), to);
        assertEquals("ERR this port takes writes alone: read from the reads' port", to.error());
        assertEquals(
                Map.of("gateway_mode", "refusing", "gateway_follows", "/var/lib/kora"),
                refusing.info().get(0).fields());
    }

    private static String[] words(String command, int size) {
        String[] words = new String[size];
        Arrays.fill(words, "1");
        words[0] = command;
        return words;
    }
}
