package dev.kora.cdc.stack.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.server.http.HttpEndpoint;
import dev.kora.cdc.server.http.Response;
import dev.kora.cdc.server.http.Route;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes of an order to a consumer, and what is known of it. */
final class OrdersTest {
    private static final Identity OURS = new Identity("kora", 1, "a-cluster");

    private final List<String> orders = new ArrayList<>();

    @Test
    void anOrderThatIsCarriedOutIsDone() throws IOException {
        ConsumerApi.Told told = order(OURS, Response.json(200, Map.of("result", "shard 0: the shard goes on")));
        assertEquals(new ConsumerApi.Told(true, "shard 0: the shard goes on"), told);
        assertEquals(List.of("{}"), orders);
    }

    @Test
    void anOrderThatIsOnlyTakenIsNotDone() throws IOException {
        var told = order(OURS, Response.json(202, Map.of("result", "shard 0: told; not done after 20 s")));
        assertEquals(
                new ConsumerApi.Told(
                        false, "shard 0: told; not done after 20 s: \"kora-cdc status\" shows what came of it"),
                told);
    }

    @Test
    void whatGoesWrongOnTheWayIsNotTakenForARefusal() throws IOException {
        for (int status : List.of(500, 502, 504)) {
            var told = order(OURS, new Response(status, "text/html", "<html>"));
            assertTrue(!told.done() && told.sentence().contains("status " + status), told::sentence);
        }
    }

    @Test
    void aRefusalSaysWhy() {
        for (int status : List.of(400, 409, 421, 503)) {
            var refused = assertThrows(
                    CdcException.Invalid.class, () -> order(OURS, Response.error(status, "it is not halted")));
            assertEquals("it is not halted", refused.getMessage());
        }
    }

    @Test
    void theConsumerOfAnotherDatabaseIsToldNothing() {
        for (Identity other : List.of(
                new Identity("orders", 1, "a-cluster"),
                new Identity("kora", 2, "a-cluster"),
                new Identity("kora", 1, "another"))) {
            var refused = assertThrows(
                    CdcException.Unavailable.class, () -> order(other, Response.json(200, Map.of("result", "done"))));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("serves another database"), message);
            assertTrue(message.contains("not " + other), message);
            assertTrue(message.contains("nothing was done"), message);
        }
        assertEquals(List.of(), orders);
    }

    /** Orders of the consumer of {@link #OURS}, which gives that answer. */
    private ConsumerApi.Told order(Identity database, Response answer) throws IOException {
        String shards = "{\"database\":\"kora\",\"cluster_id\":\"a-cluster\",\"shards\":[{\"shard\":0}]}";
        List<Route> routes = List.of(
                Route.get("/api/shards", request -> new Response(200, "application/json", shards)),
                Route.post("/api/shards/{shard}/resume", request -> {
                    orders.add(request.body());
                    return answer;
                }));
        try (HttpEndpoint api = HttpEndpoint.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)) {
            return new ConsumerApi(URI.create("http://127.0.0.1:" + api.port()))
                    .order("/api/shards/0/resume", JsonNodeFactory.instance.objectNode(), database);
        }
    }
}
