package dev.kora.cdc.schema;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The state that Kora's own code reaches by replaying a fixture with its clock held still: an {@code
 * expected-state*.json}.
 *
 * @param records number of records replayed
 * @param counters records by op, and what became of those without an effect ({@code wrongtype}, {@code del_missing}, …);
 *     what did not happen is not in it
 * @param keys strings, lists, hashes and sets
 * @param vectors indexes of vectors by their keys
 * @param collections names of collections, those without documents included
 * @param documents as {@link #json} gives them, so that equal ones are equal numerically
 */
public record KoraExpectedState(
        long records,
        Map<String, Long> counters,
        SortedMap<Bytes, Key> keys,
        SortedMap<Bytes, Index> vectors,
        SortedSet<Bytes> collections,
        SortedMap<DocumentName, JsonNode> documents) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    /** What stands under a key. */
    public sealed interface Value {
        record Text(Bytes bytes) implements Value {}

        record Items(List<Bytes> items) implements Value {}

        record Fields(SortedMap<Bytes, Bytes> fields) implements Value {}

        record Members(SortedSet<Bytes> members) implements Value {}
    }

    /**
     * A key with its time to live.
     *
     * @param ttlMs as the last record gave it, unsigned; null for none
     */
    public record Key(Value value, @Nullable Long ttlMs) {}

    /**
     * An index of vectors.
     *
     * @param dimensions unsigned
     * @param vectors little-endian floats by their ids
     */
    public record Index(int dimensions, SortedMap<Long, Bytes> vectors) {}

    /** What identifies a document. */
    public record DocumentName(Bytes collection, Bytes docId) implements Comparable<DocumentName> {
        @Override
        public int compareTo(DocumentName other) {
            int byCollection = collection.compareTo(other.collection);
            return byCollection != 0 ? byCollection : docId.compareTo(other.docId);
        }
    }

    /** Reads an {@code expected-state*.json}. */
    public static KoraExpectedState read(Path file) {
        try {
            return of(JSON.readTree(file.toFile()));
        } catch (IOException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    /** A JSON text as a tree in which numbers are equal where their values are, however they are written. */
    public static JsonNode json(String text) {
        try {
            return canonical(JSON.readTree(text));
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    private static KoraExpectedState of(JsonNode state) {
        Map<String, Long> counters = new HashMap<>();
        state.get("counters")
                .properties()
                .forEach(counter ->
                        counters.put(counter.getKey(), counter.getValue().asLong()));
        SortedSet<Bytes> collections = new TreeSet<>();
        state.get("collections").forEach(name -> collections.add(Bytes.utf8(name.asText())));
        return new KoraExpectedState(
                state.get("records_applied").asLong(),
                counters,
                keys(state.get("keys")),
                vectors(state.get("vectors")),
                collections,
                documents(state.get("docs")));
    }

    private static SortedMap<Bytes, Key> keys(JsonNode nodes) {
        SortedMap<Bytes, Key> keys = new TreeMap<>();
        nodes.forEach(
                node -> keys.put(KoraFixtures.bytes(node, "key"), new Key(value(node), KoraFixtures.ttlMs(node))));
        return keys;
    }

    private static Value value(JsonNode key) {
        return switch (key.get("type").asText()) {
            case "string" -> new Value.Text(KoraFixtures.bytes(key, "value"));
            case "list" -> new Value.Items(KoraFixtures.list(key.get("items")));
            case "hash" -> new Value.Fields(fields(key.get("fields")));
            case "set" -> new Value.Members(new TreeSet<>(KoraFixtures.list(key.get("members"))));
            default -> throw new AssertionError(key);
        };
    }

    private static SortedMap<Bytes, Bytes> fields(JsonNode pairs) {
        SortedMap<Bytes, Bytes> fields = new TreeMap<>();
        pairs.forEach(pair -> fields.put(KoraFixtures.bytes(pair.get(0)), KoraFixtures.bytes(pair.get(1))));
        return fields;
    }

    private static SortedMap<Bytes, Index> vectors(JsonNode nodes) {
        SortedMap<Bytes, Index> indexes = new TreeMap<>();
        for (JsonNode node : nodes) {
            SortedMap<Long, Bytes> vectors = new TreeMap<>();
            node.get("vectors")
                    .forEach(vector -> vectors.put(
                            Long.parseLong(vector.get("id").asText()), KoraFixtures.bytes(vector, "bytes")));
            indexes.put(
                    KoraFixtures.bytes(node, "key"),
                    new Index((int) node.get("dim").asLong(), vectors));
        }
        return indexes;
    }

    private static SortedMap<DocumentName, JsonNode> documents(JsonNode nodes) {
        SortedMap<DocumentName, JsonNode> documents = new TreeMap<>();
        for (JsonNode node : nodes) {
            Bytes collection = Bytes.utf8(node.get("collection").asText());
            Bytes docId = Bytes.utf8(node.get("id").asText());
            documents.put(new DocumentName(collection, docId), canonical(node.get("json")));
        }
        return documents;
    }

    private static JsonNode canonical(JsonNode node) {
        if (node.isNumber()) {
            return DecimalNode.valueOf(node.decimalValue().stripTrailingZeros());
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(canonical(item)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> object.set(field.getKey(), canonical(field.getValue())));
            return object;
        }
        return node;
    }
}
