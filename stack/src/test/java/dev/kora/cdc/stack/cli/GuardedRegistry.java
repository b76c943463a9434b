package dev.kora.cdc.stack.cli;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A registry behind a server that demands a name and a password, and passes questions on. */
final class GuardedRegistry implements AutoCloseable {
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI guarded;

    private GuardedRegistry(HttpServer server, URI guarded, String user, String password) {
        this.server = server;
        this.guarded = guarded;
        server.createContext("/", this::pass).setAuthenticator(new BasicAuthenticator("registry") {
            @Override
            public boolean checkCredentials(String givenUser, String givenPassword) {
                return user.equals(givenUser) && password.equals(givenPassword);
            }
        });
        server.start();
    }

    static GuardedRegistry start(String url, String user, String password) throws IOException {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return new GuardedRegistry(HttpServer.create(anyPort, 0), URI.create(url), user, password);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            URI asked = guarded.resolve(exchange.getRequestURI().toString());
            HttpRequest request = HttpRequest.newBuilder(asked)
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()))
                    .header("Content-Type", "application/json")
                    .build();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Its Confluent-compatible interface. */
    String url() {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), guarded.getPath());
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}
