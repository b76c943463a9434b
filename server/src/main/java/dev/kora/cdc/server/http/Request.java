package dev.kora.cdc.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
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

    private static final ObjectReader JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    public Request {
        query = Map.copyOf(query);
    }

    /** The parts of the path between its slashes. */
    public List<String> segments() {
        return List.of(path.substring(1).split("/", -1));
    }

    /**
     * The body, as an object in JSON; properties are the names of the components in snake_case, all of them and no others.
     *
     * @param type a record
     * @throws BadRequestException the body is not like that
     */
    public <T> T json(Class<T> type) {
        try {
            T read = JSON.forType(type).readValue(body);
            if (read != null) {
                return read;
            }
            throw malformed("null");
        } catch (JsonProcessingException e) {
            throw malformed(e.getOriginalMessage().replaceAll("\\R", " "));
        }
    }

    private static BadRequestException malformed(String why) {
        return new BadRequestException("the body must be JSON of the form that docs/commands.md shows: " + why);
    }

    /** The parameter of that name in the query, if it was given. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }
}
