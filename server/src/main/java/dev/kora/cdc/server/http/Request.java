package dev.kora.cdc.server.http;

import java.util.Map;
import java.util.Optional;

/**
 * What a client asked for.
 *
 * @param query parameters of the query by name, decoded; the last one of a name counts
 * @param accept media types that the client takes, as it said it; empty where it did not
 * @param body as UTF-8 text of at most {@link HttpEndpoint#BODY_BYTES} bytes
 */
public record Request(String method, String path, Map<String, String> query, String accept, String body) {

    public Request {
        query = Map.copyOf(query);
    }

    /** The parameter of that name in the query, if it was given. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }
}
