package dev.kora.cdc.jsonl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The fields of a line as they stand in it, before they are taken for a record. */
final class LineFields {
    static final String BASE64 = "base64";

    /** The line, its fields of a hash, one of them, and its bytes. */
    private static final int DEPTH = 4;

    /** More than the largest record in base64. */
    private static final int STRING_CHARS = 16 * 1024 * 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxStringLength(STRING_CHARS)
                    .build())
            .build();

    private static final Map<String, LineField> BY_TEXT = byText();

    private final EnumMap<LineField, Object> values = new EnumMap<>(LineField.class);

    private LineFields() {}

    private static Map<String, LineField> byText() {
        return Stream.of(LineField.values()).collect(Collectors.toUnmodifiableMap(LineField::text, field -> field));
    }

    /**
     * Reads a line to its end.
     *
     * @throws CdcException.Invalid it is not one JSON object, or a field is unknown or not what its name says
     */
    static LineFields read(String line) {
        try (JsonParser parser = FACTORY.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CdcException.Invalid("the line is no JSON object");
            }
            LineFields fields = new LineFields();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                fields.readField(parser);
            }
            if (parser.nextToken() != null) {
                throw new CdcException.Invalid("something follows the JSON object on its line");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw new CdcException.Invalid(
                    "the line is no JSON object: %s at character %d"
                            .formatted(e.getOriginalMessage(), e.getLocation().getCharOffset()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string failed", e);
        }
    }

    private void readField(JsonParser parser) throws IOException {
        String name = parser.currentName();
        LineField field = BY_TEXT.get(name);
        if (field == null) {
            throw new CdcException.Invalid("unknown field '%s': the fields are %s"
                    .formatted(
                            name,
                            String.join(", ", BY_TEXT.keySet().stream().sorted().toList())));
        }
        if (parser.nextToken() != JsonToken.VALUE_NULL) {
            values.put(field, readValue(new FieldIn(parser, field), field));
        }
    }

    private static Object readValue(FieldIn in, LineField field) throws IOException {
        return switch (field) {
            case OP -> in.word();
            case SHARD -> in.number(Integer.MAX_VALUE);
            case OFFSET, EPOCH, SEQUENCE, TIME, EXPIRES_AT -> in.number(Long.MAX_VALUE);
            case DIMENSIONS -> in.number(0xffff_ffffL);
            case TTL_MS -> in.unsigned();
            case KEY, VALUE, COLLECTION, DOC_ID, JSON -> in.bytes();
            case VALUES, MEMBERS -> in.list();
            case FIELDS -> in.pairs();
            case VECTOR -> in.vector();
        };
    }

    boolean has(LineField field) {
        return values.containsKey(field);
    }

    /** The fields that are there. */
    Set<LineField> present() {
        return values.isEmpty() ? EnumSet.noneOf(LineField.class) : EnumSet.copyOf(values.keySet());
    }

    String word(LineField field) {
        return get(field, String.class);
    }

    Bytes bytes(LineField field) {
        return get(field, Bytes.class);
    }

    long number(LineField field) {
        return get(field, Long.class);
    }

    @Nullable
    Long findNumber(LineField field) {
        return has(field) ? number(field) : null;
    }

    @SuppressWarnings("unchecked") // FieldIn.list makes no other
    List<Bytes> list(LineField field) {
        return get(field, List.class);
    }

    @SuppressWarnings("unchecked") // FieldIn.pairs makes no other
    List<WalRecord.Field> pairs(LineField field) {
        return get(field, List.class);
    }

    private <T> T get(LineField field, Class<T> type) {
        Object value = values.get(field);
        if (value == null) {
            throw new CdcException.Invalid("the field '" + field.text() + "' is missing");
        }
        return type.cast(value);
    }
}
