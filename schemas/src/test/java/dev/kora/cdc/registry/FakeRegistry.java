package dev.kora.cdc.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** An HTTP server on the loopback interface that says what it was told to say, and remembers what it was asked. */
public final class FakeRegistry implements AutoCloseable {
    private final HttpServer server;
    private final String scheme;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, List<Said>> answers = new HashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** A status and a body. */
    public record Said(int status, String body) {}

    /** A request, as {@code METHOD path}, with its body and its credentials. */
    record Asked(String request, String body, Optional<String> authorization) {}

    private FakeRegistry(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    public static FakeRegistry start() throws IOException {
        return new FakeRegistry(HttpServer.create(anyPort(), 0), "http");
    }

    static FakeRegistry start(SSLContext context, SSLParameters settings) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                parameters.setSSLParameters(settings);
            }
        });
        return new FakeRegistry(server, "https");
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Says these answers to a request, one after the other; the last one again and again. */
    public synchronized FakeRegistry say(String request, Said... said) {
        answers.put(request, new ArrayList<>(List.of(said)));
        return this;
    }

    public FakeRegistry say(String request, int status, String body) {
        return say(request, new Said(status, body));
    }

    private synchronized Said next(String request) {
        List<Said> said = answers.getOrDefault(request, List.of(new Said(404, "no such page")));
        return said.size() > 1 ? said.removeFirst() : said.getFirst();
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String request =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            asked.add(new Asked(request, body, Optional.ofNullable(authorization)));
            Said said = next(request);
            byte[] bytes = said.body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(said.status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return "%s://localhost:%d".formatted(scheme, server.getAddress().getPort());
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<Asked> asked() {
        return asked;
    }

    List<String> requests() {
        return asked.stream().map(Asked::request).toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
