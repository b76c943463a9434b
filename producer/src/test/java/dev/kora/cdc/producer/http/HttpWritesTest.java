package dev.kora.cdc.producer.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.producer.FakePublisher;
import dev.kora.cdc.producer.Source;
import dev.kora.cdc.producer.SourceReport;
import dev.kora.cdc.producer.SourceReport.State;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.http.Request;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.metrics.Metrics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpWritesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakePublisher publisher = new FakePublisher(2);
    private final Metrics metrics = Metrics.open("kora");

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void isReadyWhileThePublisherTakesAppendsAlsoWhenItWaitsForKafka() throws Exception {
        Response ready = get("/health/ready", State.RUNNING, "");
        assertEquals(200, ready.status());
        assertEquals("retrying", JSON.readTree(ready.body()).path("state").asText());
        assertEquals(200, get("/health/ready", State.FINISHED, "").status());
    }

    @Test
    void isNotReadyOnceThePublisherHasStopped() throws Exception {
        publisher.refuse(new CdcException.Fenced("a newer writer", null));
        Response stopped = get("/health/ready", State.RUNNING, "");
        assertEquals(503, stopped.status());
        assertTrue(stopped.body().contains("the publisher takes no appends"), stopped::body);
        assertEquals(200, get("/health/live", State.RUNNING, "").status());
    }

    @Test
    void isNotReadyWhileASourceIsHaltedAndSaysWhy() throws Exception {
        for (State state : List.of(State.HALTED, State.FAILED)) {
            Response halted = get("/health/ready", state, "shard 1: damaged");
            assertEquals(503, halted.status());
            assertTrue(halted.body().contains("shard 1: damaged"), halted::body);
        }
    }

    @Test
    void tellsOfPublisherAndSources() throws Exception {
        JsonNode told = JSON.readTree(
                get("/api/publisher", State.HALTED, "shard 1: damaged").body());
        assertEquals("kora", told.path("database").asText());
        assertEquals("retrying", told.path("state").asText());
        assertEquals("1970-01-01T00:00:00Z", told.path("retrying_since").asText());
        assertEquals("two\nlines", told.path("last_error").asText());
        assertEquals(7, told.path("commits").asLong());
        publisher.refuse(new CdcException.Fenced("a newer writer", null));
        JsonNode stopped =
                JSON.readTree(get("/api/publisher", State.RUNNING, "").body());
        assertEquals("fenced", stopped.path("state").asText());
        assertFalse(stopped.has("retrying_since"), stopped::toString);
        JsonNode source = told.path("sources").path(0);
        assertEquals("halted", source.path("state").asText());
        assertEquals(
                "a file, offset 9",
                source.path("shards").path(0).path("position").asText());
        assertEquals(5, source.path("shards").path(0).path("lag_bytes").asLong());
        assertTrue(get("/metrics", State.RUNNING, "").body().contains("jvm_memory"), "the process's metrics");
    }

    private Response get(String path, State state, String reason) throws Exception {
        Source source = new Source() {
            @Override
            public SourceReport report() {
                var shard = new SourceReport.Shard(1, state, reason, "a file, offset 9", 3, 0, 5);
                return new SourceReport("a source", state, reason, 3, List.of(shard));
            }

            @Override
            public void close() {}
        };
        return new HttpWrites("kora", publisher, List.of(source), metrics)
                .routes().stream()
                        .filter(route -> route.path().equals(path))
                        .findFirst()
                        .orElseThrow()
                        .handler()
                        .handle(new Request("GET", path, Map.of(), "", ""));
    }
}
