package dev.kora.cdc.schema;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.IntFunction;
import org.apache.avro.Schema;

/**
 * A value of one of the topics, taken apart field by field as far as its bytes allow: for people who want to see what is wrong
 * with one. Whatever the bytes are, it does not fail.
 *
 * @param schemaId as the value says; -1 where it is too short for one
 * @param parts the fields that could be read, in the order of the schema
 * @param problem why no more could be read; empty where all of it was
 */
public record ValueAnatomy(int schemaId, List<Part> parts, String problem) {
    private static final int SHOWN = 120;

    /**
     * A field.
     *
     * @param at index of its first byte in the value
     * @param text what it holds, shortened
     */
    public record Part(String field, int at, String text) {}

    public ValueAnatomy {
        parts = List.copyOf(parts);
    }

    /** @param schemas the schema of an id, or why there is none, as a {@link CdcException} */
    static ValueAnatomy of(Bytes value, IntFunction<Schema> schemas) {
        AvroIn in = new AvroIn(value);
        List<Part> parts = new ArrayList<>();
        int id = -1;
        try {
            id = in.schemaId();
            for (Schema.Field field : schemas.apply(id).getFields()) {
                int at = in.position();
                parts.add(new Part(field.name(), at, text(field.schema(), field.name(), in)));
            }
            in.end();
            return new ValueAnatomy(id, parts, "");
        } catch (CdcException e) {
            String where =
                    parts.isEmpty() ? "" : " (behind '%s', byte %d)".formatted(parts.getLast().field, in.position());
            return new ValueAnatomy(id, parts, e.getMessage() + where);
        }
    }

    private static String text(Schema schema, String field, AvroIn in) {
        return switch (schema.getType()) {
            case INT -> Integer.toString(in.readInt(field));
            case LONG -> Long.toString(in.readLong(field));
            case STRING, BYTES -> text(in.readBytes(field));
            case UNION -> {
                boolean present = in.readPresent(field);
                yield present ? text(schema.getTypes().get(1), field, in) : "null";
            }
            case ARRAY -> elements(schema.getElementType(), field, in);
            case NULL, BOOLEAN, FLOAT, DOUBLE, ENUM, FIXED, MAP, RECORD ->
                throw new CdcException.Corrupt("'%s' is of the type %s, which none of our fields has"
                        .formatted(field, schema.getType().getName()));
        };
    }

    private static String elements(Schema element, String field, AvroIn in) {
        StringJoiner shown = new StringJoiner(", ", "[", "]");
        int left = 2 * Limits.ELEMENTS;
        AvroIn.Block block = in.readBlock(field, left);
        while (block.count() > 0) {
            left -= block.count();
            for (int i = 0; i < block.count(); i++) {
                String text = text(element, field, in);
                if (shown.length() < SHOWN) {
                    shown.add(text);
                }
            }
            in.endBlock(block, field);
            block = in.readBlock(field, left);
        }
        return "%d: %s".formatted(2 * Limits.ELEMENTS - left, shown);
    }

    /** Bytes in quotes where they are printable text, else in hexadecimal; long ones are cut. */
    public static String text(Bytes bytes) {
        String rest = bytes.length() > SHOWN ? "… (%,d bytes)".formatted(bytes.length()) : "";
        Bytes shown = Bytes.of(Arrays.copyOf(bytes.array(), Math.min(SHOWN, bytes.length())));
        return (isPrintable(bytes) ? '"' + shown.text() + '"' : shown.toString()) + rest;
    }

    private static boolean isPrintable(Bytes bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.array()))
                    .chars()
                    .noneMatch(Character::isISOControl);
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
