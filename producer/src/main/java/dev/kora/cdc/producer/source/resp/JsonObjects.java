package dev.kora.cdc.producer.source.resp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.server.resp.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Checks documents as strictly as the fold will read them, so that what was acknowledged is not rejected later: an object, no
 * deeper than {@link Limits#JSON_DEPTH}, whose numbers a double can hold, whose strings UTF-8 can carry, and whose field
 * names, outside of arrays, are not empty and hold no dot. One pass; nothing is built.
 */
final class JsonObjects {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** An integer of fewer digits is within a double. */
    private static final int SURELY_FINITE = 308;

    private final JsonParser parser;

    /** Only an escape can spell half of a surrogate pair, in a text that was UTF-8. */
    private final boolean escapes;

    private int depth;

    /** The depth of the outermost array that is open; 0 for none. */
    private int array;

    private JsonObjects(JsonParser parser, boolean escapes) {
        this.parser = parser;
        this.escapes = escapes;
    }

    /**
     * Makes sure that a text is a JSON object that can be stored.
     *
     * @throws CommandException it is not; the message says why
     */
    static void check(String json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            new JsonObjects(parser, json.contains("\\u")).read();
        } catch (JsonProcessingException e) {
            throw Errors.json("it is no JSON: %s at character %d"
                    .formatted(e.getOriginalMessage(), e.getLocation().getCharOffset()));
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string failed", e);
        }
    }

    private void read() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Errors.json("it is no JSON object");
        }
        depth = 1;
        while (depth > 0) {
            take(parser.nextToken());
        }
        if (parser.nextToken() != null) {
            throw Errors.json("something follows the object");
        }
    }

    private void take(JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> deeper();
            case START_ARRAY -> {
                deeper();
                array = array == 0 ? depth : array;
            }
            case END_OBJECT -> depth--;
            case END_ARRAY -> {
                array = array == depth ? 0 : array;
                depth--;
            }
            case FIELD_NAME -> checkName(parser.currentName());
            case VALUE_STRING -> {
                if (escapes) {
                    checkPaired(parser.getText());
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> checkNumber(token);
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> {}
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new IllegalStateException("a text cannot hold " + token);
        }
    }

    private void deeper() {
        if (depth == Limits.JSON_DEPTH) {
            throw Errors.json("it is nested deeper than " + Limits.JSON_DEPTH);
        }
        depth++;
    }

    private void checkName(String name) {
        if (escapes) {
            checkPaired(name);
        }
        if (array == 0 && (name.isEmpty() || name.indexOf('.') >= 0)) {
            throw Errors.json(
                    "a field's name outside of arrays must not be empty or hold a dot, which paths are made with");
        }
    }

    private void checkNumber(JsonToken token) throws IOException {
        boolean surelyFinite = token == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() < SURELY_FINITE;
        if (!surelyFinite && Double.isInfinite(Double.parseDouble(parser.getText()))) {
            throw Errors.json("it holds a number beyond a double");
        }
    }

    private static void checkPaired(String text) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && at + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(at + 1));
                if (!pair) {
                    throw Errors.json("it holds half of a surrogate pair, which is no character");
                }
                at++;
            }
        }
    }
}
