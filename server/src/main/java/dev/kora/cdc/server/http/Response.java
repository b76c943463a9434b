package dev.kora.cdc.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/** What a client gets; the body goes out in UTF-8. */
public record Response(int status, String contentType, String body) {
    private static final ObjectWriter JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build()
            .writer()
            .with(SerializationFeature.INDENT_OUTPUT);

    /**
     * An answer in JSON, indented for people; names of components become snake_case, null ones are left out.
     *
     * @param value a record, map, list or primitive that Jackson can write
     */
    public static Response json(int status, Object value) {
        try {
            return new Response(status, "application/json", JSON.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
        }
    }

    /** {@code {"error": message}}: what was wrong with the request, and what to do instead. */
    public static Response error(int status, String message) {
        return json(status, Map.of("error", message));
    }
}
