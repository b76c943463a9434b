package dev.kora.cdc.consumer.fold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.KoraExpectedState;
import dev.kora.cdc.schema.KoraExpectedState.DocumentName;
import dev.kora.cdc.schema.KoraExpectedState.Index;
import dev.kora.cdc.schema.KoraExpectedState.Value;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What entries do, written anew from the semantics over plain maps: no rows, no commits, numbers without a limit, and every
 * dead key goes at once.
 */
final class FoldModel {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();
    private static final BigInteger NEVER = BigInteger.valueOf(Long.MAX_VALUE);

    /** A value as it changes, and when it dies: null for never. */
    private record Held(Object value, @Nullable BigInteger deathMs) {}

    private final Map<Bytes, Held> keys = new HashMap<>();
    private final Map<Bytes, Index> indexes = new HashMap<>();
    private final TreeSet<Bytes> collections = new TreeSet<>();
    private final TreeMap<DocumentName, JsonNode> documents = new TreeMap<>();

    Outcome apply(WalEntry entry) {
        BigInteger now = BigInteger.valueOf(entry.timeMs());
        keys.values().removeIf(held -> held.deathMs != null && held.deathMs.compareTo(now) <= 0);
        return switch (entry.content()) {
            case WalRecord.Set r -> {
                keys.put(r.key(), new Held(r.value(), null));
                yield r.ttlMs() == null ? Outcome.APPLIED : expire(r.key(), r.ttlMs(), now);
            }
            case WalRecord.Del r -> keys.remove(r.key()) == null ? Outcome.NOTHING_THERE : Outcome.APPLIED;
            case WalRecord.Expire r -> expire(r.key(), r.ttlMs(), now);
            case WalRecord.LPush r ->
                this.<ArrayList<Bytes>>change(
                        r.key(),
                        ArrayList.class,
                        ArrayList::new,
                        list -> r.values().forEach(list::addFirst));
            case WalRecord.RPush r ->
                this.<ArrayList<Bytes>>change(
                        r.key(), ArrayList.class, ArrayList::new, list -> list.addAll(r.values()));
            case WalRecord.HSet r ->
                this.<TreeMap<Bytes, Bytes>>change(
                        r.key(),
                        TreeMap.class,
                        TreeMap::new,
                        hash -> r.fields().forEach(field -> hash.put(field.field(), field.value())));
            case WalRecord.SAdd r ->
                this.<TreeSet<Bytes>>change(r.key(), TreeSet.class, TreeSet::new, set -> set.addAll(r.members()));
            case WalRecord.FlushDb r -> {
                keys.clear();
                yield Outcome.APPLIED;
            }
            case WalRecord.DocSet r -> setDocument(r);
            case WalRecord.DocDel r ->
                documents.remove(new DocumentName(lossy(r.collection()), lossy(r.docId()))) == null
                        ? Outcome.NOTHING_THERE
                        : Outcome.APPLIED;
            case WalRecord.VecSet r -> addVector(r);
            case WalRecord.VecDel r -> indexes.remove(r.key()) == null ? Outcome.NOTHING_THERE : Outcome.APPLIED;
            case Control r -> Outcome.APPLIED;
        };
    }

    private Outcome expire(Bytes key, long ttlMs, BigInteger now) {
        Held held = keys.get(key);
        if (held == null) {
            return Outcome.NOTHING_THERE;
        }
        BigInteger ttl = new BigInteger(Long.toUnsignedString(ttlMs));
        if (ttl.signum() == 0) {
            keys.remove(key);
        } else {
            keys.put(key, new Held(held.value, now.add(ttl)));
        }
        return Outcome.APPLIED;
    }

    private interface Change<T> {
        void of(T collection);
    }

    @SuppressWarnings("unchecked")
    private <T> Outcome change(Bytes key, Class<?> type, Supplier<T> empty, Change<T> change) {
        Held held = keys.computeIfAbsent(key, missing -> new Held(empty.get(), null));
        if (!type.isInstance(held.value)) {
            return Outcome.WRONG_TYPE;
        }
        change.of((T) held.value);
        return Outcome.APPLIED;
    }

    private Outcome setDocument(WalRecord.DocSet record) {
        Optional<JsonNode> json = parse(record.json());
        if (json.isEmpty()) {
            return Outcome.INVALID_JSON;
        }
        collections.add(lossy(record.collection()));
        if (!json.get().isObject()) {
            return Outcome.NO_OBJECT;
        }
        if (hasRefusedName(json.get())) {
            return Outcome.FIELD_NAME;
        }
        JsonNode kept = kept(json.get(), false);
        documents.put(
                new DocumentName(lossy(record.collection()), lossy(record.docId())),
                KoraExpectedState.json(kept.toString()));
        return Outcome.APPLIED;
    }

    private static Optional<JsonNode> parse(Bytes json) {
        try {
            JsonNode node = JSON.readTree(new String(json.array(), StandardCharsets.UTF_8));
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static boolean hasRefusedName(JsonNode node) {
        return node.isObject()
                && node.properties().stream()
                        .anyMatch(field -> field.getKey().isEmpty()
                                || field.getKey().contains(".")
                                || hasRefusedName(field.getValue()));
    }

    /** Integers become floating-point numbers where they do not fit. */
    private static JsonNode kept(JsonNode node, boolean inArray) {
        if (node.isBigInteger()) {
            int bits = node.bigIntegerValue().bitLength();
            boolean fits = bits <= 63
                    || (inArray && bits == 64 && node.bigIntegerValue().signum() > 0);
            return fits ? node : DoubleNode.valueOf(node.doubleValue());
        }
        if (node.isBigDecimal()) {
            return DoubleNode.valueOf(node.doubleValue());
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> array.add(kept(item, true)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> object.set(field.getKey(), kept(field.getValue(), inArray)));
            return object;
        }
        return node;
    }

    private Outcome addVector(WalRecord.VecSet record) {
        int floats = record.vector().length() / 4;
        Index index = indexes.get(record.key());
        if (index != null && index.dimensions() != record.dimensions()) {
            return Outcome.OTHER_DIMENSIONS;
        }
        if (floats != record.dimensions()) {
            return Outcome.VECTOR_LENGTH;
        }
        Bytes vector = Bytes.of(Arrays.copyOf(record.vector().array(), floats * 4));
        // Ids are checked against Kora's own by the fixtures; here it matters that vectors stay apart.
        long id = SipHash13.hash(vector.array());
        indexes.computeIfAbsent(record.key(), key -> new Index(floats, new TreeMap<>()))
                .vectors()
                .put(id, vector);
        return Outcome.APPLIED;
    }

    /** Good enough for bytes that never begin a character. */
    private static Bytes lossy(Bytes name) {
        return Bytes.utf8(new String(name.array(), StandardCharsets.UTF_8));
    }

    /** What there is now; a copy as far as it changes. */
    LogicalState state() {
        LogicalState state = new LogicalState();
        keys.forEach((key, held) -> state.keys().put(key, new LogicalState.Key(value(held.value), expiresAtMs(held))));
        state.vectors().putAll(indexes);
        state.collections().addAll(collections);
        state.documents().putAll(documents);
        return state;
    }

    private static long expiresAtMs(Held held) {
        return held.deathMs == null ? -1 : held.deathMs.min(NEVER).longValueExact();
    }

    @SuppressWarnings("unchecked")
    private static Value value(Object held) {
        return switch (held) {
            case Bytes text -> new Value.Text(text);
            case ArrayList<?> items -> new Value.Items((List<Bytes>) items);
            case TreeMap<?, ?> fields -> new Value.Fields((TreeMap<Bytes, Bytes>) fields);
            case TreeSet<?> members -> new Value.Members((TreeSet<Bytes>) members);
            default -> throw new AssertionError(held);
        };
    }
}
