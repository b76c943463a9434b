package dev.kora.cdc.consumer.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kora.cdc.consumer.shard.ShardOperations;
import dev.kora.cdc.consumer.shard.TruncationReport;
import dev.kora.cdc.server.http.BadRequestException;
import dev.kora.cdc.server.http.Request;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked for over HTTP, and how it is answered. */
final class HttpOperationsTest {
    private static final TruncationReport REPORT = new TruncationReport(
            10,
            500,
            400,
            "hold",
            "limited by the hold: the group slow has committed offset 400",
            400L,
            new TruncationReport.Freed(5_000, 4_000, 3, 1_024),
            List.of(new TruncationReport.Hold("slow", 400L), new TruncationReport.Hold("new", null)),
            "");

    private final List<String> asked = new ArrayList<>();
    private ShardOperations.Outcome outcome = ShardOperations.Outcome.DONE;

    private final ShardOperations operations = new ShardOperations() {
        @Override
        public CompletableFuture<Answer> resume(int shard) {
            return answer("resume " + shard);
        }

        @Override
        public CompletableFuture<Answer> skip(int shard, long offset, String reason) {
            return answer("skip " + shard + " " + offset + " " + reason);
        }

        @Override
        public CompletableFuture<Truncated> truncate(int shard, boolean dryRun) {
            asked.add("truncate " + shard + (dryRun ? " dry" : ""));
            return CompletableFuture.completedFuture(
                    new Truncated(outcome, "so it is", outcome == Outcome.DONE ? REPORT : null));
        }

        private CompletableFuture<Answer> answer(String order) {
            asked.add(order);
            return CompletableFuture.completedFuture(new Answer(outcome, "so it is"));
        }
    };

    @Test
    void ordersAreHandedOn() {
        assertEquals(200, post("/api/shards/1/resume", "{}").status());
        assertEquals(
                200,
                post("/api/shards/0/skip", "{\"offset\": 17, \"reason\": \" two\\n lines \"}")
                        .status());
        assertEquals(List.of("resume 1", "skip 0 17 two lines"), asked);
    }

    @Test
    void aTruncationIsAnsweredWithWhatLimitsIt() throws Exception {
        Response response = post("/api/shards/1/truncate", "{\"dry_run\": true}");
        assertEquals(200, response.status());
        JsonNode answer = new ObjectMapper().readTree(response.body());
        assertEquals("shard 1: so it is", answer.path("result").asText());
        JsonNode truncation = answer.path("truncation");
        assertEquals(10, truncation.path("log_start").asLong());
        assertEquals(400, truncation.path("floor").asLong());
        assertEquals("hold", truncation.path("limit").asText());
        assertEquals(390, truncation.path("offsets").asLong());
        assertEquals(4_000, truncation.path("frees_bytes").asLong());
        assertEquals(3, truncation.path("frees_segments").asLong());
        assertEquals("slow", truncation.at("/holds/0/group").asText());
        assertEquals(400, truncation.at("/holds/0/offset").asLong());
        assertEquals("new", truncation.at("/holds/1/group").asText());
        assertTrue(truncation.at("/holds/1/offset").isMissingNode());
        assertEquals(List.of("truncate 1 dry"), asked);

        outcome = ShardOperations.Outcome.REFUSED;
        assertEquals(409, post("/api/shards/0/truncate", "{\"dry_run\": false}").status());
        outcome = ShardOperations.Outcome.ELSEWHERE;
        assertEquals(421, post("/api/shards/0/truncate", "{\"dry_run\": false}").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"dry_run\": \"yes\"}", "{\"dry_run\": true, \"offset\": 1}"})
    void aTruncationHasToSayWhetherItIsOne(String body) {
        assertThrows(BadRequestException.class, () -> post("/api/shards/1/truncate", body));
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @CsvSource({"DONE,200,result", "REFUSED,409,error", "HALTED,409,error", "ELSEWHERE,421,error"})
    void theAnswerSaysWhatCameOfIt(ShardOperations.Outcome what, int status, String property) {
        outcome = what;
        Response response = post("/api/shards/1/resume", "{}");
        assertEquals(status, response.status());
        assertTrue(response.body().contains("\"%s\" : \"shard 1: so it is\"".formatted(property)), response.body());
    }

    @Test
    void anOrderThatTakesLongIsToldFromOneThatIsDone() {
        ShardOperations slow = new ShardOperations() {
            @Override
            public CompletableFuture<Answer> resume(int shard) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletableFuture<Answer> skip(int shard, long offset, String reason) {
                return new CompletableFuture<>();
            }

            @Override
            public CompletableFuture<Truncated> truncate(int shard, boolean dryRun) {
                return new CompletableFuture<>();
            }
        };
        Response response = post(new HttpOperations(slow, 2, Duration.ZERO), "/api/shards/1/resume", "{}");
        assertEquals(202, response.status());
        assertTrue(response.body().contains("\"shard 1: told; not done after 0 s\""), response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "-1", "x", "99999999999", "0x1", " 1"})
    void aShardThatIsNotThereIsNotAskedFor(String shard) {
        assertThrows(BadRequestException.class, () -> post("/api/shards/" + shard + "/resume", "{}"));
        assertEquals(List.of(), asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"offset\": 1}",
                "{\"reason\": \"a\"}",
                "{\"offset\": 1, \"reason\": null}",
                "{\"offset\": 1, \"reason\": \" \\n\"}",
                "{\"offset\": \"1\", \"reason\": \"a\"}",
                "{\"offset\": 1, \"reason\": \"a\", \"force\": true}"
            })
    void aSkipWithoutOffsetOrReasonIsRefused(String body) {
        assertThrows(BadRequestException.class, () -> post("/api/shards/1/skip", body));
        assertEquals(List.of(), asked);
    }

    @Test
    void aReasonHasALength() {
        String body = "{\"offset\": 1, \"reason\": \"%s\"}";
        assertEquals(
                200, post("/api/shards/1/skip", body.formatted("x".repeat(500))).status());
        assertThrows(BadRequestException.class, () -> post("/api/shards/1/skip", body.formatted("x".repeat(501))));
    }

    private Response post(String path, String body) {
        return post(new HttpOperations(operations, 2), path, body);
    }

    private static Response post(HttpOperations api, String path, String body) {
        String pattern = path.replaceFirst("shards/[^/]*/", "shards/{shard}/");
        for (Route route : api.routes()) {
            if (route.method().equals("POST") && route.path().equals(pattern)) {
                try {
                    return route.handler().handle(new Request("POST", path, Map.of(), "", body));
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new AssertionError(path, e);
                }
            }
        }
        throw new AssertionError("no route " + pattern);
    }
}
