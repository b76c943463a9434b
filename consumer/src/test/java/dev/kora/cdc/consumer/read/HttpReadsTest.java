package dev.kora.cdc.consumer.read;

import static dev.kora.cdc.consumer.read.TestShards.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.consumer.shard.ShardAccess;
import dev.kora.cdc.consumer.shard.ShardState;
import dev.kora.cdc.consumer.shard.ShardStatus;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.server.http.Request;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import dev.kora.cdc.server.metrics.Metrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpReadsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestShards shards = new TestShards(3);
    private final Metrics metrics = Metrics.open("kora");
    private final HttpReads reads =
            new HttpReads(shards, new DatabaseIdentity("kora", "a-cluster"), shards.clock(), metrics);

    @AfterEach
    void close() {
        metrics.close();
        assertEquals(0, shards.openViews());
    }

    @Test
    void aProcessLivesWhateverItsShardsDo() {
        everyShard(ShardState.HALTED);
        assertEquals("live", json(200, "/health/live").get("status").asText());
    }

    @Test
    void itIsReadyWhenAllTheShardsThatItOwnsRun() {
        shards.status(status(1, ShardState.ELSEWHERE, ""));
        JsonNode ready = json(200, "/health/ready");
        assertTrue(ready.get("ready").asBoolean());
        assertEquals("", ready.get("reason").asText());
        assertEquals(2, ready.get("shards").size());
        assertEquals(2, ready.get("shards").get(1).get("shard").asInt());
        assertEquals("running", ready.get("shards").get(1).get("state").asText());
    }

    @Test
    void itIsNotReadyWhileAShardStartsCatchesUpOrStands() {
        for (ShardState state : new ShardState[] {ShardState.STARTING, ShardState.CATCHING_UP, ShardState.HALTED}) {
            shards.status(status(2, state, "because"));
            JsonNode ready = json(503, "/health/ready");
            assertFalse(ready.get("ready").asBoolean());
            assertEquals(
                    "1 of 3 owned shards are not running", ready.get("reason").asText());
            assertEquals("because", ready.get("shards").get(2).get("reason").asText());
        }
    }

    @Test
    void itIsNotReadyWithoutAShard() {
        everyShard(ShardState.ELSEWHERE);
        JsonNode ready = json(503, "/health/ready");
        assertEquals("this process owns no shard", ready.get("reason").asText());
        assertEquals(0, ready.get("shards").size());
    }

    @Test
    void everythingKnownOfAShardIsShown() {
        shards.fold(0, set("a", ""), set("b", "", 5));
        shards.pass(5);
        shards.status(new ShardStatus(0, ShardState.RUNNING, "", progress(7)));
        shards.status(status(1, ShardState.STARTING, "reading the snapshot topic"));
        shards.access(1, new ShardAccess.Starting("reading the snapshot topic"));
        JsonNode all = json(200, "/api/shards").get("shards");
        assertEquals(3, all.size());
        JsonNode shard = all.get(0);
        assertEquals(0, shard.get("shard").asInt());
        assertEquals("running", shard.get("state").asText());
        assertEquals(1, shard.get("keys").asLong(), "the other one has expired");
        assertEquals(2, shard.get("epoch").asLong());
        assertEquals(3, shard.get("sequence").asLong());
        assertEquals(4, shard.get("position").asLong());
        assertEquals(7, shard.get("lag_records").asLong());
        assertEquals("fffffffffffffffe", shard.get("digest").asText());
        assertEquals(1_000, shard.get("checkpoint_age_ms").asLong());
        assertEquals(5, shard.get("rejected").get("wrong_type").asLong());
        JsonNode starting = all.get(1);
        assertEquals("starting", starting.get("state").asText());
        assertEquals("reading the snapshot topic", starting.get("reason").asText());
        assertFalse(starting.has("keys"));
        assertFalse(starting.has("position"));
    }

    @Test
    void aHaltAndWhatWasSkippedAreShown() {
        var halt = new Halt(
                "kora.wal", 1, 17L, "offset 17 cannot be read", 1_000, true, List.of("kora-cdc resume --shard 1"));
        var skips = new SnapshotRow.Skips(2, 9, 1, 5, 0, "a test", 2_000);
        shards.status(new ShardStatus(1, ShardState.HALTED, halt.reason(), progress(7), halt, skips, null));
        JsonNode all = json(200, "/api/shards").get("shards");
        JsonNode halted = all.get(1).get("halted");
        assertEquals("kora.wal", halted.get("topic").asText());
        assertEquals(1, halted.get("partition").asInt());
        assertEquals(17, halted.get("offset").asLong());
        assertEquals("1970-01-01T00:00:01Z", halted.get("since").asText());
        assertEquals("kora-cdc resume --shard 1", halted.get("commands").get(0).asText());
        assertEquals(2, all.get(1).at("/skipped/count").asLong());
        assertEquals(9, all.get(1).at("/skipped/offset").asLong());
        assertEquals("a test", all.get(1).at("/skipped/reason").asText());
        assertFalse(all.get(0).has("halted") || all.get(0).has("skipped"));

        String metrics = get("/metrics").body();
        assertMetric(metrics, "kora_cdc_halted{database=\"kora\",shard=\"1\",topic=\"wal\"} 1.0");
        assertMetric(metrics, "kora_cdc_halted{database=\"kora\",shard=\"1\",topic=\"snapshot\"} 0.0");
        assertMetric(metrics, "kora_cdc_halted_offset{database=\"kora\",shard=\"1\",topic=\"wal\"} 17.0");
        assertMetric(metrics, "kora_cdc_halted_offset{database=\"kora\",shard=\"0\",topic=\"wal\"} NaN");
        assertMetric(metrics, "kora_cdc_skipped_total{database=\"kora\",shard=\"1\"} 2.0");
    }

    @Test
    void whatIsNotKnownIsLeftOut() {
        shards.status(new ShardStatus(0, ShardState.RUNNING, "", progress(-1)));
        assertFalse(json(200, "/api/shards").get("shards").get(0).has("lag_records"));
    }

    @Test
    void metricsAreAskedForWhenScraped() {
        shards.fold(0, set("a", ""), set("b", ""));
        String before = get("/metrics").body();
        assertMetric(before, "kora_cdc_shard_state{database=\"kora\",shard=\"0\",state=\"running\"} 1.0");
        assertMetric(before, "kora_cdc_shards_halted{database=\"kora\"} 0.0");
        assertMetric(before, "kora_cdc_keys{database=\"kora\",shard=\"0\"} 2.0");
        assertMetric(before, "kora_cdc_lag_records{database=\"kora\",shard=\"0\"} NaN");
        assertFalse(before.contains("kora_cdc_rejected"), before);
        shards.status(new ShardStatus(0, ShardState.HALTED, "stopped", progress(7)));
        shards.access(0, new ShardAccess.Halted("stopped"));
        String after = get("/metrics").body();
        assertMetric(after, "kora_cdc_shard_state{database=\"kora\",shard=\"0\",state=\"halted\"} 1.0");
        assertMetric(after, "kora_cdc_shard_state{database=\"kora\",shard=\"0\",state=\"running\"} 0.0");
        assertMetric(after, "kora_cdc_shards_halted{database=\"kora\"} 1.0");
        assertMetric(after, "kora_cdc_keys{database=\"kora\",shard=\"0\"} NaN");
        assertMetric(after, "kora_cdc_lag_records{database=\"kora\",shard=\"0\"} 7.0");
        assertMetric(after, "kora_cdc_rows{database=\"kora\",shard=\"0\"} 9.0");
        assertMetric(after, "kora_cdc_checkpoint_age_seconds{database=\"kora\",shard=\"0\"} 1.0");
        assertMetric(after, "kora_cdc_rejected_total{database=\"kora\",reason=\"wrong_type\",shard=\"0\"} 5.0");
    }

    private void everyShard(ShardState state) {
        for (int shard = 0; shard < shards.shards(); shard++) {
            shards.status(status(shard, state, ""));
        }
    }

    private static ShardStatus status(int shard, ShardState state, String reason) {
        return new ShardStatus(shard, state, reason, null);
    }

    private ShardStatus.Progress progress(long lagRecords) {
        var counts = new ShardStatus.Counts(20, 2, 1, Map.of("wrong_type", 5L), 4, 1_000_000);
        long committedAtMs = shards.nowMs() - 1_000;
        return new ShardStatus.Progress(2, 3, 4, 0, 11, lagRecords, 250, 12, 9, -2, committedAtMs, counts);
    }

    private static void assertMetric(String body, String line) {
        assertTrue(body.lines().anyMatch(line::equals), () -> line + "\nis not in\n" + body);
    }

    private JsonNode json(int status, String path) {
        Response response = get(path);
        assertEquals(status, response.status());
        assertEquals("application/json", response.contentType());
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError(response.body(), e);
        }
    }

    private Response get(String path) {
        for (Route route : reads.routes()) {
            if (route.method().equals("GET") && route.path().equals(path)) {
                try {
                    return route.handler().handle(new Request("GET", path, Map.of(), "", ""));
                } catch (Exception e) {
                    throw new AssertionError(path, e);
                }
            }
        }
        throw new AssertionError("no route " + path);
    }
}
