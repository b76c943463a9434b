package dev.kora.cdc.consumer.fold;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A JSON text as Kora reads it and gives it back: no spaces, the names of an object sorted by their bytes, the last of
 * duplicate names only, integers beyond 64 signed bits as floating-point numbers except within arrays.
 *
 * <p>Strict as Kora's parser is: UTF-8, one value, paired surrogates, no number beyond a double. The one difference: a
 * decimal fraction becomes the nearest double here; that parser may be one unit in the last place away.
 */
final class JsonDocument {
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

    /** Names are sorted by their UTF-8 bytes, which is the order of code points and not that of chars. */
    private static final Comparator<String> BY_CODE_POINTS = JsonDocument::compareCodePoints;

    private final Value root;

    private JsonDocument(Value root) {
        this.root = root;
    }

    /**
     * A value in its normalised text. Containers are turned into text as soon as they end, so that a text of millions of
     * small ones never stands in memory as that many objects.
     *
     * @param refusedName whether an object outside of arrays has a name that is refused
     */
    private record Value(String text, boolean refusedName) {}

    /** Reads a JSON text; empty where it is none. */
    static Optional<JsonDocument> parse(Bytes json) {
        try (JsonParser parser = FACTORY.createParser(decode(json))) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            Value root = read(parser, 0, false);
            return parser.nextToken() == null ? Optional.of(new JsonDocument(root)) : Optional.empty();
        } catch (JsonProcessingException | CharacterCodingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string failed", e);
        }
    }

    boolean isObject() {
        return root.text.startsWith("{");
    }

    /** Whether an object outside of arrays has a name that is empty or contains a dot, which Kora keeps for paths. */
    boolean hasRefusedName() {
        return root.refusedName;
    }

    Bytes normalised() {
        return Bytes.utf8(root.text);
    }

    private static String decode(Bytes json) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(json.buffer()).toString();
    }

    private static Value read(JsonParser parser, int depth, boolean inArray) throws IOException {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> readObject(parser, deeper(parser, depth), inArray);
            case START_ARRAY -> new Value(readArray(parser, deeper(parser, depth)), false);
            case VALUE_STRING -> new Value(JsonText.quote(paired(parser, parser.getText())), false);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value(readNumber(parser, inArray), false);
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> new Value(parser.getText(), false);
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("a value cannot begin with " + token);
        };
    }

    private static Value readObject(JsonParser parser, int depth, boolean inArray) throws IOException {
        Map<String, Value> fields = new TreeMap<>(BY_CODE_POINTS);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = paired(parser, parser.currentName());
            parser.nextToken();
            fields.put(name, read(parser, depth, inArray));
        }
        boolean refusedName = false;
        StringBuilder text = new StringBuilder("{");
        Iterator<Map.Entry<String, Value>> each = fields.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<String, Value> field = each.next();
            refusedName |= !inArray && (refused(field.getKey()) || field.getValue().refusedName);
            text.append(JsonText.quote(field.getKey())).append(':').append(field.getValue().text);
            text.append(each.hasNext() ? "," : "");
        }
        return new Value(text.append('}').toString(), refusedName);
    }

    private static String readArray(JsonParser parser, int depth) throws IOException {
        StringBuilder text = new StringBuilder("[");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            text.append(text.length() > 1 ? "," : "");
            text.append(read(parser, depth, true).text);
        }
        return text.append(']').toString();
    }

    private static boolean refused(String name) {
        return name.isEmpty() || name.indexOf('.') >= 0;
    }

    private static int deeper(JsonParser parser, int depth) throws IOException {
        if (depth == Limits.JSON_DEPTH) {
            throw new NotJson(parser, "nested deeper than " + Limits.JSON_DEPTH);
        }
        return depth + 1;
    }

    private static String readNumber(JsonParser parser, boolean inArray) throws IOException {
        String text = parser.getText();
        double number = Double.parseDouble(text);
        if (Double.isInfinite(number)) {
            throw new NotJson(parser, "a number beyond a double");
        }
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                ? JsonText.integer(text, inArray)
                : JsonText.number(number);
    }

    /** A string whose escapes make no half of a surrogate pair, which no UTF-8 can carry. */
    private static String paired(JsonParser parser, String text) throws IOException {
        for (int n = 0; n < text.length(); n++) {
            char c = text.charAt(n);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && n + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(n + 1));
                if (!pair) {
                    throw new NotJson(parser, "half of a surrogate pair");
                }
                n++;
            }
        }
        return text;
    }

    private static int compareCodePoints(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int n = 0; n < length; n++) {
            char a = one.charAt(n);
            char b = other.charAt(n);
            if (a != b) {
                // Surrogates stand for the highest code points although other chars are above them.
                int bySurrogate = Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
                return bySurrogate != 0 ? bySurrogate : Character.compare(a, b);
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** What the parser lets pass and Kora does not. */
    private static final class NotJson extends JsonProcessingException {
        NotJson(JsonParser parser, String message) {
            super(message, parser.currentLocation());
        }
    }
}
