package dev.kora.cdc.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to whichever endpoint of a registry answers. Thread-safe.
 *
 * <p>A round asks each endpoint once, beginning with the one that answered last. An endpoint that cannot be reached, or says
 * that it cannot answer now, is followed by the next one; after a round without an answer there is a rest, and another round,
 * as often as the settings say. All requests may be repeated: they ask, or they register what registering again gives the
 * same id.
 */
final class RegistryHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHttp.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final RegistrySettings settings;
    private final HttpClient http;
    private final Rest rest;
    private volatile int answeredLast;
    private volatile boolean closed;

    /** How a thread rests between rounds. */
    @FunctionalInterface
    interface Rest {
        void rest(Duration time) throws InterruptedException;
    }

    /** @throws CdcException.Invalid a key or trust store cannot be read */
    RegistryHttp(RegistrySettings settings, Rest rest) {
        this.settings = settings;
        this.rest = rest;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout());
        Tls.context(settings).ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /**
     * Sends a request until it has a definite answer, good or bad.
     *
     * @param body JSON, or null for none
     * @throws CdcException.Unavailable no endpoint gave a definite answer
     * @throws CdcException.Invalid an endpoint's certificate is not trusted
     * @throws CdcException.Fenced this client is closed
     */
    Answer send(String method, String path, @Nullable JsonNode body) {
        Map<Endpoint, String> failures = new LinkedHashMap<>();
        try {
            for (int round = 0; round <= settings.retries(); round++) {
                if (round > 0) {
                    rest.rest(restBefore(round));
                }
                failures.clear();
                Answer answer = round(method, path, body, failures);
                if (answer != null) {
                    return answer;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CdcException.Unavailable(
                    "interrupted while waiting for the schema registry at %s".formatted(addresses()), e);
        }
        throw new CdcException.Unavailable(
                "the schema registry does not answer (%s), asked %d times for %s %s: start it, or mend its URL"
                        .formatted(described(failures), settings.retries() + 1, method, path),
                null);
    }

    private Duration restBefore(int round) {
        Duration time = settings.retryWait().multipliedBy(1L << (round - 1));
        return time.compareTo(LONGEST_REST) < 0 ? time : LONGEST_REST;
    }

    private @Nullable Answer round(String method, String path, @Nullable JsonNode body, Map<Endpoint, String> failures)
            throws InterruptedException {
        List<Endpoint> endpoints = settings.endpoints();
        int first = answeredLast;
        for (int i = 0; i < endpoints.size(); i++) {
            int at = (first + i) % endpoints.size();
            Endpoint endpoint = endpoints.get(at);
            try {
                Answer answer = ask(endpoint, method, path, body);
                if (!answer.isTemporary()) {
                    answeredLast = at;
                    return answer;
                }
                failures.put(endpoint, answer.said());
            } catch (IOException e) {
                checkTrust(endpoint, e);
                failures.put(endpoint, reason(e));
            }
            LOG.atDebug()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("failure", failures.get(endpoint))
                    .log("the schema registry did not answer");
        }
        return null;
    }

    private Answer ask(Endpoint endpoint, String method, String path, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        if (closed) {
            throw new CdcException.Fenced(
                    "the client of the schema registry at %s is closed".formatted(addresses()), null);
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("Accept", TYPE + ", application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        if (body != null) {
            request.header("Content-Type", TYPE);
        }
        endpoint.authorization().ifPresent(value -> request.header("Authorization", value));
        HttpResponse<byte[]> response = await(http.sendAsync(request.build(), headers -> new BoundedBody()));
        return new Answer(endpoint, response.statusCode(), parse(response.body()));
    }

    /** Bounds the whole exchange: the client's own time-out ends with the headers. */
    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> sent)
            throws IOException, InterruptedException {
        Duration limit = settings.connectTimeout().plus(settings.readTimeout());
        try {
            return sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within %d ms".formatted(limit.toMillis()), e);
        } finally {
            sent.cancel(true);
        }
    }

    private static JsonNode parse(byte[] body) throws IOException {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    /** A certificate that is not trusted stays so, however often it is asked for. */
    private static void checkTrust(Endpoint endpoint, IOException failure) {
        if (cause(failure, CertificateException.class) instanceof CertificateException untrusted) {
            throw new CdcException.Invalid(
                    "the schema registry's certificate at %s is not trusted (%s): name its authority by %s%s, or mend the host name"
                            .formatted(
                                    endpoint, untrusted.getMessage(), RegistrySettings.TRUST_STORE, StoreFile.LOCATION),
                    failure);
        }
    }

    /** Why there was no answer, for Java names neither an unknown host nor a refused connection. */
    private static String reason(IOException failure) {
        if (cause(failure, UnresolvedAddressException.class) != null) {
            return "unknown host";
        }
        String message = failure.getMessage();
        if (message != null) {
            return message;
        }
        return failure instanceof ConnectException
                ? "connection refused"
                : failure.getClass().getSimpleName();
    }

    private static @Nullable Throwable cause(Throwable failure, Class<? extends Throwable> type) {
        Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private String addresses() {
        return settings.endpoints().stream().map(Endpoint::toString).collect(Collectors.joining(", "));
    }

    private static String described(Map<Endpoint, String> failures) {
        return failures.entrySet().stream()
                .map(failure -> failure.getKey() + ": " + failure.getValue())
                .collect(Collectors.joining("; "));
    }

    /** Ends what is under way. Idempotent. */
    @Override
    public void close() {
        closed = true;
        http.shutdownNow();
        try {
            if (!http.awaitTermination(CLOSE_TIMEOUT)) {
                LOG.warn("a request to the schema registry did not end in time; its thread ends with the process");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
