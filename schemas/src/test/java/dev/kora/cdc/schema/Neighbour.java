package dev.kora.cdc.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Makes other versions of a schema, and values in them. */
final class Neighbour {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Neighbour() {}

    /** The schema with its fields in another order. */
    static Schema shuffled(Schema schema, Random random) {
        return changed(schema, fields -> Collections.shuffle(fields, random));
    }

    /** The schema with one more field in front, which is null or of {@code type}. */
    static Schema withNullable(Schema schema, String type) {
        String field = "{\"name\": \"added\", \"type\": [\"null\", %s], \"default\": null}".formatted(type);
        return changed(schema, fields -> fields.add(0, parse(field)));
    }

    /** The schema with one more field in front, which is never null and has no default. */
    static Schema withRequired(Schema schema, String type) {
        return changed(schema, fields -> fields.add(0, parse("{\"name\": \"added\", \"type\": %s}".formatted(type))));
    }

    /** The schema without a field. */
    static Schema without(Schema schema, String name) {
        return changed(schema, fields -> fields.removeIf(field -> isNamed(field, name)));
    }

    /** The schema with another type of a field, and without a default of it. */
    static Schema retyped(Schema schema, String name, String type) {
        return changed(schema, fields -> {
            for (JsonNode field : fields) {
                if (isNamed(field, name)) {
                    ((ObjectNode) field).remove("default");
                    ((ObjectNode) field).set("type", parse(type));
                }
            }
        });
    }

    private static boolean isNamed(JsonNode field, String name) {
        return field.get("name").asText().equals(name);
    }

    private static Schema changed(Schema schema, Consumer<List<JsonNode>> change) {
        ObjectNode json = (ObjectNode) parse(schema.toString());
        List<JsonNode> fields = new ArrayList<>();
        json.get("fields").forEach(fields::add);
        change.accept(fields);
        ArrayNode changed = json.putArray("fields");
        fields.forEach(changed::add);
        return new Schema.Parser().parse(json.toString());
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** The same values in another version of their schema; {@code added} for the field that {@code record} has not. */
    static GenericRecord move(GenericRecord record, Schema to, Object added) {
        GenericRecord moved = new GenericData.Record(to);
        for (Schema.Field field : to.getFields()) {
            String name = field.name();
            Object value = record.hasField(name) ? record.get(name) : added;
            moved.put(
                    name,
                    value instanceof Long number && isInt(field.schema()) ? Integer.valueOf(number.intValue()) : value);
        }
        return moved;
    }

    private static boolean isInt(Schema schema) {
        return schema.isUnion()
                ? schema.getTypes().stream().anyMatch(Neighbour::isInt)
                : schema.getType() == Schema.Type.INT;
    }
}
