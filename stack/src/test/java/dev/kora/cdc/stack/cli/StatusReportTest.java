package dev.kora.cdc.stack.cli;

import static dev.kora.cdc.stack.cli.FakeCluster.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StatusReportTest {
    private static final String RUNNING = """
            {"database":"kora","cluster_id":"a-cluster","shards":[
              {"shard":0,"state":"running","reason":"","epoch":1,"sequence":4,"entries":4,"controls":2,
               "rejected":{"wrong_type":1,"bad_json":2}},
              {"shard":1,"state":"halted","reason":"kora.wal-1, offset 7: poison",
               "halted":{"topic":"kora.wal","partition":1,"offset":7,"reason":"poison","since":"2026-01-01T00:00:00Z",
                         "skippable":true,"commands":["kora-cdc inspect","kora-cdc resume"]}}]}""";

    private final FakeCluster fake = new FakeCluster(2);

    @Test
    void readsEverythingButTheConsumersOwnFiguresFromKafka() throws Exception {
        fill();
        StatusReport report = StatusReport.gather(fake.cluster, nobody());

        JsonNode json = json(report);
        JsonNode shard = json.at("/shards/0");
        assertEquals(1, shard.get("epoch").longValue());
        assertEquals(4, shard.get("entries").longValue());
        assertEquals(0, shard.get("log_start").longValue());
        assertEquals(8, shard.get("log_end").longValue());
        assertEquals(20, shard.get("position").longValue());
        assertEquals(2, shard.get("lag_records").longValue());
        assertEquals(3_998, shard.get("lag_ms").longValue());
        assertEquals(1, shard.get("keys").longValue());
        assertEquals(2, shard.get("rows").longValue());
        assertEquals(0, shard.at("/skipped/count").longValue());
        assertTrue(shard.at("/skipped/reason").isNull());
        assertEquals(16, shard.get("digest").textValue().length());
        assertTrue(shard.get("mutations").isNull());
        assertEquals("unknown", shard.get("state").textValue());
        assertTrue(json.get("consumer_note").textValue().startsWith("no answer from http://127.0.0.1:"));
        assertTrue(report.fine(), "a consumer that is elsewhere is no fault");
    }

    @Test
    void aShardWithoutEntriesAndCheckpointHasFigureswhereTheyMakeSense() throws Exception {
        JsonNode shard = json(StatusReport.gather(fake.cluster, nobody())).at("/shards/1");
        assertEquals(0, shard.get("entries").longValue());
        assertEquals(0, shard.get("lag_records").longValue());
        assertTrue(shard.get("position").isNull());
        assertTrue(shard.get("digest").isNull());
    }

    @Test
    void addsWhatTheConsumerCounted() throws Exception {
        fill();
        try (HttpEndpoint api = api(RUNNING)) {
            StatusReport report = StatusReport.gather(fake.cluster, new ConsumerApi(uri(api)));
            JsonNode json = json(report);
            assertEquals("running", json.at("/shards/0/state").textValue());
            assertEquals(2, json.at("/shards/0/mutations").longValue());
            assertEquals(2, json.at("/shards/0/controls").longValue());
            assertEquals(3, json.at("/shards/0/rejected").longValue());
            assertTrue(json.at("/shards/1/mutations").isNull());
            assertTrue(json.at("/shards/0/halted").isNull(), "it is not halted");
            assertEquals(
                    new ObjectMapper().readTree(RUNNING).at("/shards/1/halted"),
                    json.at("/shards/1/halted"),
                    "as the consumer tells it");
            assertTrue(json.at("/total/mutations").isNull(), "one shard does not know");
            assertEquals(4, json.at("/total/entries").longValue());
            assertFalse(report.fine(), "a shard is halted");
        }
    }

    @Test
    void aHaltAtNoSingleOffsetKeepsItsProperties() throws Exception {
        String full = """
                {"database":"kora","cluster_id":"a-cluster","shards":[{"shard":0,"state":"running","reason":""},
                 {"shard":1,"state":"halted","reason":"disk full","halted":{"topic":"kora.snapshot","partition":1,
                  "reason":"disk full","since":"2026-01-01T00:00:00Z","skippable":false,"commands":[]}}]}""";
        try (HttpEndpoint api = api(full)) {
            JsonNode halted = json(StatusReport.gather(fake.cluster, new ConsumerApi(uri(api))))
                    .at("/shards/1/halted");
            assertTrue(halted.has("offset") && halted.get("offset").isNull(), halted::toString);
            assertEquals("kora.snapshot", halted.get("topic").textValue());
            assertFalse(halted.get("skippable").booleanValue());
        }
    }

    @Test
    void tellsWhatWasSkippedAlsoWithoutAConsumer() throws Exception {
        fill();
        SnapshotScript script = fake.snapshot.get(0);
        var skips = new SnapshotRow.Skips(2, 17, 1, 4, 0, "written by hand", 1_000);
        script.commitRecords(List.of(script.checkpoint(
                new SnapshotRow.Checkpoint(20, 0, fake.log.topicId("kora.wal"), 1, null, null, 0, 0, 0, 2, 2, skips))));
        JsonNode json = json(StatusReport.gather(fake.cluster, nobody()));
        assertEquals(
                new ObjectMapper()
                        .readTree(
                                "{\"count\":2,\"offset\":17,\"reason\":\"written by hand\",\"at\":\"1970-01-01T00:00:01Z\"}"),
                json.at("/shards/0/skipped"));
        assertTrue(json.at("/shards/1/skipped").isNull(), "no checkpoint says so");
    }

    @Test
    void doesNotTakeCountsSinceARestartForCountsOfAll() throws Exception {
        String restarted = """
                {"database":"kora","cluster_id":"a-cluster","shards":[{"shard":0,"state":"running","reason":"","sequence":4,"entries":3,"controls":1},
                           {"shard":1,"state":"elsewhere","reason":""}]}""";
        try (HttpEndpoint api = api(restarted)) {
            JsonNode json = json(StatusReport.gather(fake.cluster, new ConsumerApi(uri(api))));
            assertTrue(json.at("/shards/0/mutations").isNull());
        }
    }

    @Test
    void aConsumerOfAnotherDatabaseIsNoConsumer() throws IOException {
        try (HttpEndpoint api = api("{\"shards\":[]}")) {
            StatusReport report = StatusReport.gather(fake.cluster, new ConsumerApi(uri(api)));
            assertTrue(report.consumerNote().contains("another database"), report::consumerNote);
        }
    }

    @Test
    void aConsumerOfADatabaseOfTheSameNameAndSizeOnAnotherClusterIsNoConsumer() throws IOException {
        try (HttpEndpoint api = api(RUNNING.replace("a-cluster", "another-cluster"))) {
            StatusReport report = StatusReport.gather(fake.cluster, new ConsumerApi(uri(api)));
            assertTrue(
                    report.consumerNote()
                            .contains("another database, kora of the Kafka cluster another-cluster with 2 shards"),
                    report::consumerNote);
        }
    }

    @Test
    void somethingElseThatAnswersIsNoConsumer() throws IOException {
        try (HttpEndpoint api = api(List.of())) {
            assertTrue(StatusReport.gather(fake.cluster, new ConsumerApi(uri(api)))
                    .consumerNote()
                    .contains("status 404"));
        }
        try (HttpEndpoint api = api("<html>")) {
            assertTrue(StatusReport.gather(fake.cluster, new ConsumerApi(uri(api)))
                    .consumerNote()
                    .contains("JSON"));
        }
    }

    @Test
    void saysWhereCheckpointAndLogDoNotGoTogether() {
        fake.wal.get(0).open();
        fake.snapshot.get(0).commit(row("a"));
        fake.snapshot.get(0).commit(row("a"));
        StatusReport ahead = StatusReport.gather(fake.cluster, nobody());
        assertTrue(ahead.shards().get(0).reason().contains("went back"), ahead.shards()::toString);
        assertFalse(ahead.fine());

        fake.log.createTopic("kora.wal", 2);
        StatusReport anew = StatusReport.gather(fake.cluster, nobody());
        assertTrue(anew.shards().get(0).reason().contains("created anew"), anew.shards()::toString);
    }

    @Test
    void aShardThatCannotBeReadLeavesTheOthersInSight() throws Exception {
        fill();
        fake.wal.get(1).open().commit(List.of(LogRecord.of(0, null, Bytes.utf8("rubbish"), Map.of())));
        StatusReport report = StatusReport.gather(fake.cluster, nobody());
        JsonNode json = json(report);
        assertEquals(4, json.at("/shards/0/entries").longValue());
        assertTrue(json.at("/shards/1/entries").isNull());
        assertEquals(4, json.at("/shards/1/log_end").longValue());
        assertTrue(json.at("/shards/1/reason").textValue().startsWith("kora.wal-1, offset 2: "), json::toString);
        assertFalse(report.fine());
    }

    @Test
    void theTableIsAlignedAndEndsWithTotals() throws IOException {
        fill();
        try (HttpEndpoint api = api(RUNNING)) {
            List<String> lines = StatusTable.lines(StatusReport.gather(fake.cluster, new ConsumerApi(uri(api))));
            assertTrue(
                    lines.get(0)
                            .matches(
                                    "shard  state    epoch  entries  mutations  rejected  log start  log end  position  lag  lag s  keys  rows  digest"),
                    lines.get(0));
            assertTrue(
                    lines.get(1)
                            .matches(
                                    "    0  running      1        4          2         3          0        8        20    2    4\\.0     1     2  [0-9a-f]{16}"),
                    lines.get(1));
            assertTrue(lines.get(3).startsWith("total                        4          -"), lines.get(3));
            assertEquals("shard 1, halted: kora.wal-1, offset 7: poison", lines.getLast());
        }
    }

    /** Four entries in shard 0, of which a checkpoint covers two. */
    private void fill() {
        fake.wal.get(0).at(0).open().at(4_000).append(set("a"), set("b"), set("c"));
        fake.snapshot.get(0).commit(row("a")).commit(new SnapshotRow.Collection(Bytes.utf8("c"), 1, 1));
        fake.snapshot.get(0).abort(row("b"));
        fake.wal.get(0).abort(List.of(LogRecord.of(0, null, null, Map.of())));
    }

    private static SnapshotRow row(String key) {
        return new SnapshotRow.Key(
                Bytes.utf8(key), ValueType.STRING, Bytes.utf8("v"), 0, 0, 0, SnapshotRow.NO_EXPIRY, 1, 1);
    }

    private static HttpEndpoint api(String answer) throws IOException {
        return api(List.of(Route.get("/api/shards", request -> new Response(200, "application/json", answer))));
    }

    private static HttpEndpoint api(List<Route> routes) throws IOException {
        return HttpEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes);
    }

    private static URI uri(HttpEndpoint api) {
        return URI.create("http://127.0.0.1:" + api.port());
    }

    private static ConsumerApi nobody() {
        return new ConsumerApi(URI.create("http://127.0.0.1:1"));
    }

    private static JsonNode json(StatusReport report) throws JsonProcessingException {
        return new ObjectMapper().readTree(StatusJson.of(report));
    }
}
