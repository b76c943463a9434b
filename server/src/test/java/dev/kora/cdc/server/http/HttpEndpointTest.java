package dev.kora.cdc.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final CountDownLatch busy = new CountDownLatch(HttpEndpoint.CONCURRENT);
    private final CountDownLatch release = new CountDownLatch(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        endpoint = HttpEndpoint.open(
                ANY_PORT,
                List.of(
                        Route.get("/hello", request -> Response.json(200, Map.of("name", name(request)))),
                        Route.get("/broken", request -> {
                            throw new IOException("disk on fire");
                        }),
                        Route.get("/slow", request -> {
                            busy.countDown();
                            release.await();
                            return new Response(200, "text/plain", "done");
                        }),
                        Route.post("/wait", request -> {
                            busy.countDown();
                            release.await();
                            return new Response(200, "text/plain", "done");
                        }),
                        Route.vital("/health", request -> new Response(200, "text/plain", "well")),
                        Route.get(
                                "/things/{thing}/name",
                                request -> new Response(
                                        200, "text/plain", request.segments().toString())),
                        Route.post("/order", request -> {
                            Order order = request.json(Order.class);
                            return new Response(200, "text/plain", order.count + " of " + order.what);
                        }),
                        Route.post("/echo", request -> new Response(200, "text/plain", request.body()))));
    }

    @AfterEach
    void close() {
        release.countDown();
        endpoint.close();
        client.close();
    }

    @Test
    void answersARouteWithItsDecodedQuery() throws Exception {
        HttpResponse<String> response = send(request("/hello?name=a%20%26+b&x").GET());

        assertEquals(200, response.statusCode());
        assertEquals("application/json", header(response, "Content-Type"));
        assertEquals("a & b", json(response).get("name").asText());
    }

    @Test
    void answersHeadLikeGetWithoutABody() throws Exception {
        HttpResponse<String> get = send(request("/hello").GET());
        HttpResponse<String> head = send(request("/hello").method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
        assertEquals(header(get, "Content-Length"), header(head, "Content-Length"));
    }

    @Test
    void namesThePathsThatExistToWhoAsksForAnother() throws Exception {
        HttpResponse<String> response = send(request("/helo").GET());

        assertEquals(404, response.statusCode());
        assertEquals(
                "no such path: /helo; there are /broken, /echo, /health, /hello, /order, /slow, /things/{thing}/name, /wait",
                json(response).get("error").asText());
    }

    @Test
    void namesTheMethodsThatAPathHas() throws Exception {
        HttpResponse<String> response = send(request("/hello").DELETE());

        assertEquals(405, response.statusCode());
        assertEquals("GET, HEAD", header(response, "Allow"));
        assertEquals(
                "DELETE is not possible on /hello; possible: GET, HEAD",
                json(response).get("error").asText());
    }

    @Test
    void answersAFailureAndGoesOn() throws Exception {
        HttpResponse<String> response = send(request("/broken").GET());

        assertEquals(500, response.statusCode());
        assertEquals(
                "java.io.IOException: disk on fire", json(response).get("error").asText());
        assertEquals(200, send(request("/hello").GET()).statusCode());
    }

    @Test
    void takesABodyUpToItsLimit() throws Exception {
        String longest = "é".repeat(HttpEndpoint.BODY_BYTES / 2);

        assertEquals(
                longest,
                send(command("/echo").POST(HttpRequest.BodyPublishers.ofString(longest)))
                        .body());
        assertEquals(
                413,
                send(command("/echo").POST(HttpRequest.BodyPublishers.ofString(longest + "x")))
                        .statusCode());
    }

    @Test
    void refusesMoreRequestsAtOnceThanItHasPlacesFor() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> slow =
                asMany(request("/slow").GET());

        assertEquals(503, send(request("/hello").GET()).statusCode());
        assertEquals("well", send(request("/health").GET()).body(), "whatever else is pending");

        release(slow);
    }

    @Test
    void ordersThatWaitKeepNobodyElseWaiting() throws Exception {
        var body = HttpRequest.BodyPublishers.ofString("{}");
        List<CompletableFuture<HttpResponse<String>>> orders =
                asMany(command("/wait").POST(body));

        assertEquals("well", send(request("/health").GET()).body());
        assertEquals(200, send(request("/hello").GET()).statusCode());
        assertEquals(503, send(command("/wait").POST(body)).statusCode());

        release(orders);
        assertEquals("{}", send(command("/echo").POST(body)).body(), "their places are free again");
    }

    /** Sends so many requests as have a place, and returns when all of them are pending. */
    private List<CompletableFuture<HttpResponse<String>>> asMany(HttpRequest.Builder request)
            throws InterruptedException {
        List<CompletableFuture<HttpResponse<String>>> pending = new ArrayList<>();
        for (int i = 0; i < HttpEndpoint.CONCURRENT; i++) {
            pending.add(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()));
        }
        busy.await();
        return pending;
    }

    private void release(List<CompletableFuture<HttpResponse<String>>> pending) throws Exception {
        release.countDown();
        for (CompletableFuture<HttpResponse<String>> response : pending) {
            assertEquals(200, response.get().statusCode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello HT",
                "GET /hello HTTP/1.1\r\nAccept: te",
                "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"
            })
    void closesAConnectionWhoseRequestDoesNotEnd(String start) throws Exception {
        try (HttpEndpoint hasty = HttpEndpoint.open(
                        ANY_PORT,
                        List.of(Route.post("/echo", request -> new Response(200, "text/plain", request.body()))),
                        Duration.ofMillis(100));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), hasty.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));

            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void takesNoPostThatAWebPageCouldHaveSent() throws Exception {
        var body = HttpRequest.BodyPublishers.ofString("{}");
        assertEquals(415, send(request("/echo").POST(body)).statusCode());
        for (String form : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; b=x")) {
            var page = request("/echo").header("Content-Type", form).POST(body);
            assertEquals(415, send(page).statusCode(), form);
        }
        var rebound = command("/echo").header("Origin", "http://example.org").POST(body);
        assertEquals(415, send(rebound).statusCode());

        assertEquals(200, send(command("/echo").POST(body)).statusCode());
        var charset = request("/echo").header("Content-Type", "application/json; charset=utf-8");
        assertEquals(200, send(charset.POST(body)).statusCode());
    }

    @Test
    void findsAPathWithASegmentThatMayBeAnything() throws Exception {
        assertEquals("[things, 7, name]", send(request("/things/7/name").GET()).body());
        assertEquals(404, send(request("/things//name").GET()).statusCode());
        assertEquals(404, send(request("/things/7").GET()).statusCode());
        assertEquals(404, send(request("/things/7/name/more").GET()).statusCode());
        assertEquals(
                405,
                send(command("/things/7/name").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode());
    }

    private record Order(int count, String what) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "{\"count\":1}",
                "{\"count\":\"1\",\"what\":\"a\"}",
                "{\"count\":1.5,\"what\":\"a\"}",
                "{\"count\":null,\"what\":\"a\"}",
                "{\"count\":1,\"what\":\"a\",\"more\":1}",
                "{\"count\":1,\"what\":\"a\"} x",
                "{\"count\":99999999999,\"what\":\"a\"}"
            })
    void refusesABodyThatIsNotWhatItHasToBe(String body) throws Exception {
        HttpResponse<String> response = send(command("/order").POST(HttpRequest.BodyPublishers.ofString(body)));
        assertEquals(400, response.statusCode(), response.body());
        assertTrue(json(response).get("error").asText().contains("JSON"), response.body());
    }

    @Test
    void readsABody() throws Exception {
        var body = HttpRequest.BodyPublishers.ofString(" {\"what\": \"a\", \"count\": 3} ");
        assertEquals("3 of a", send(command("/order").POST(body)).body());
    }

    @Test
    void saysWhichAddressCannotBeBound() {
        InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port());

        IOException failure = assertThrows(IOException.class, () -> HttpEndpoint.open(taken, List.of()));

        assertTrue(String.valueOf(failure.getMessage()).contains(":" + endpoint.port()));
    }

    @Test
    void refusesTwoRoutesForOnePathAndMethod() {
        Route route = Route.get("/a", request -> Response.error(500, "never asked"));

        assertThrows(IllegalArgumentException.class, () -> HttpEndpoint.open(ANY_PORT, List.of(route, route)));
    }

    @Test
    void closesTwiceAndFreesThePort() throws Exception {
        endpoint.close();
        endpoint.close();

        assertThrows(IOException.class, () -> send(request("/hello").GET()));
    }

    private static String name(Request request) {
        return request.parameter("name").orElse("nobody");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path));
    }

    private HttpRequest.Builder command(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElseThrow();
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return new ObjectMapper().readTree(response.body());
    }
}
