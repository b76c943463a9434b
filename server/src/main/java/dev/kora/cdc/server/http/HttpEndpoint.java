package dev.kora.cdc.server.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server bound to one address, answering a fixed set of routes.
 *
 * <p>It is made for operators and monitoring on a trusted network: no TLS, no authentication. Requests are bounded: a body
 * of at most {@link #BODY_BYTES}, at most {@link #CONCURRENT} questions and as many orders (POST) at once; beyond it, the answer is 413
 * or 503. Orders may wait for long and keep no question from its answer; vital routes have no such bound. So is the time of an exchange
 * bounded, by {@link #LONGEST}, and by the JDK's server are a request's headers, 380 KiB. Thread-safe.
 */
public final class HttpEndpoint implements AutoCloseable {
    /** The longest body taken, in bytes. */
    public static final int BODY_BYTES = 64 * 1024;
    /** Questions answered at the same time, and orders carried out. */
    public static final int CONCURRENT = 64;

    /** From the first byte of a request to the last of its answer; then the connection is closed. */
    public static final Duration LONGEST = Duration.ofSeconds(30);

    /** Connections that are sending a request, waiting for its answer or reading it; one more is closed. */
    private static final int CONNECTIONS = 256;

    private static final int BACKLOG = 128;
    private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

    private final HttpServer server;
    private final ExchangeThreads threads;
    private final Routes routes;
    private final Semaphore questions = new Semaphore(CONCURRENT);
    private final Semaphore orders = new Semaphore(CONCURRENT);
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpEndpoint(HttpServer server, ExchangeThreads threads, Routes routes) {
        this.server = server;
        this.threads = threads;
        this.routes = routes;
    }

    /**
     * Binds the address and starts to answer.
     *
     * @param address port 0 means any free one
     * @throws IllegalArgumentException two routes share a method and a path
     * @throws IOException the address cannot be bound
     */
    public static HttpEndpoint open(InetSocketAddress address, List<Route> routes) throws IOException {
        return open(address, routes, LONGEST);
    }

    /** As {@link #open}, with another time for a whole exchange. */
    static HttpEndpoint open(InetSocketAddress address, List<Route> routes, Duration longest) throws IOException {
        Routes table = new Routes(routes);
        HttpServer server;
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException e) {
            throw new IOException("cannot serve HTTP on " + address + ": " + e.getMessage(), e);
        }
        ExchangeThreads threads = new ExchangeThreads(CONNECTIONS, longest);
        HttpEndpoint endpoint = new HttpEndpoint(server, threads, table);
        server.setExecutor(threads);
        server.createContext("/", endpoint::exchange);
        server.start();
        return endpoint;
    }

    /** The port that is bound. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops answering: exchanges under way are cut off. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.stop(0);
            threads.stop();
        }
    }

    private void exchange(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path =
                    Optional.ofNullable(exchange.getRequestURI().getPath()).orElse("/");
            switch (routes.find(exchange.getRequestMethod(), path)) {
                case Routes.Found.Missing missing -> send(exchange, missing);
                case Routes.Found.Handled handled -> answer(exchange, handled.route(), path);
            }
        }
    }

    private void answer(HttpExchange exchange, Route route, String path) throws IOException {
        if (route.vital()) {
            send(exchange, handle(route.handler(), exchange, path));
            return;
        }
        Semaphore places = route.method().equals("POST") ? orders : questions;
        if (!places.tryAcquire()) {
            send(exchange, Response.error(503, "more than " + CONCURRENT + " requests at once; try again"));
            return;
        }
        try {
            send(exchange, handle(route.handler(), exchange, path));
        } finally {
            places.release();
        }
    }

    private static void send(HttpExchange exchange, Routes.Found.Missing missing) throws IOException {
        if (!missing.allow().isEmpty()) {
            exchange.getResponseHeaders().set("Allow", missing.allow());
        }
        send(exchange, missing.response());
    }

    private static Response handle(Route.Handler handler, HttpExchange exchange, String path) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES + 1);
        if (body.length > BODY_BYTES) {
            return Response.error(413, "the body is longer than " + BODY_BYTES + " bytes");
        }
        if (exchange.getRequestMethod().equals("POST") && mayComeFromAPage(exchange.getRequestHeaders())) {
            return Response.error(415, "send it with the header Content-Type: application/json, and without Origin");
        }
        try {
            return handler.handle(request(exchange, path, new String(body, StandardCharsets.UTF_8)));
        } catch (BadRequestException e) {
            return Response.error(400, String.valueOf(e.getMessage()));
        } catch (Exception e) {
            log.atWarn()
                    .setCause(e)
                    .addKeyValue("method", exchange.getRequestMethod())
                    .addKeyValue("path", path)
                    .log("an HTTP request failed");
            return Response.error(500, e.toString());
        }
    }

    /**
     * Whether a web page may have had its reader's browser send a POST. Without asking the server first, a page can send no JSON to
     * another origin, and browsers name the page's origin whenever they send a POST.
     */
    private static boolean mayComeFromAPage(Headers headers) {
        String type = Optional.ofNullable(headers.getFirst("Content-Type")).orElse("");
        boolean json = type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
        return !json || headers.containsKey("Origin");
    }

    private static Request request(HttpExchange exchange, String path, String body) {
        String accept = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept"))
                .orElse("");
        return new Request(exchange.getRequestMethod(), path, query(exchange.getRequestURI()), accept, body);
    }

    private static Map<String, String> query(URI uri) {
        Map<String, String> parameters = new HashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.put(decoded(name), decoded(value));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", response.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        boolean bodyless = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        if (bodyless) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(response.status(), -1);
            return;
        }
        exchange.sendResponseHeaders(response.status(), body.length);
        exchange.getResponseBody().write(body);
    }
}
