package dev.kora.cdc.stack.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import dev.kora.cdc.stack.RespWire;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Documents and vectors, which Redis has not: sent between the commands that it has, and held against this model. Their
 * names are those of keys as well, since they live in spaces of their own. For one thread.
 */
final class Foreigners {
    private static final int NAMES = 12;
    private static final RespValue OK = new RespValue('+', Optional.of(Bytes.utf8("OK")), List.of());
    private static final RespValue ONE = CommandSource.number(1);

    private final String prefix;
    private final Map<String, Map<String, String>> documents = new TreeMap<>();
    private final Map<String, Index> indexes = new TreeMap<>();
    private long rejected;

    /** Distinct vectors, each as its bytes. */
    private record Index(int dimensions, Set<Bytes> vectors) {}

    /** @param prefix of all names, by which runs on one database know their own */
    Foreigners(String prefix) {
        this.prefix = prefix;
    }

    /** Vectors that the fold had to reject. */
    long rejected() {
        return rejected;
    }

    Command next(Random random) {
        String name = prefix + random.nextInt(NAMES);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> setDocument(name, "id" + random.nextInt(NAMES), random.nextInt(1_000));
            case 3 -> deleteDocument(name, "id" + random.nextInt(NAMES));
            case 4 -> deleteVectors(name, random);
            default -> setVector(name, random);
        };
    }

    private Command setDocument(String collection, String id, int number) {
        String json = "{\"n\":%d,\"text\":\"%s\"}".formatted(number, "é".repeat(number % 5));
        documents.computeIfAbsent(collection, any -> new TreeMap<>()).put(id, json);
        return foreign(OK, "DOC.SET", collection, id, json);
    }

    private Command deleteDocument(String collection, String id) {
        Optional.ofNullable(documents.get(collection)).ifPresent(ids -> ids.remove(id));
        return foreign(ONE, "DOC.DEL", collection, id);
    }

    private Command deleteVectors(String key, Random random) {
        if (random.nextInt(3) > 0) {
            return setVector(key, random);
        }
        indexes.remove(key);
        return foreign(ONE, "VECDEL", key);
    }

    /** Of the dimensions of its index, or seldom of others. */
    private Command setVector(String key, Random random) {
        int dimensions = random.nextInt(10) == 0 ? 3 : 2;
        List<Float> floats = IntStream.range(0, dimensions)
                .mapToObj(i -> random.nextInt(20) / 4f)
                .toList();
        Index index = indexes.computeIfAbsent(key, any -> new Index(dimensions, new TreeSet<>()));
        if (index.dimensions() == dimensions) {
            index.vectors().add(littleEndian(floats));
        } else {
            rejected++;
        }
        return foreign(
                ONE,
                Stream.concat(
                                Stream.of("VECSET", key, Integer.toString(dimensions)),
                                floats.stream().map(String::valueOf))
                        .toArray(String[]::new));
    }

    private static Bytes littleEndian(List<Float> floats) {
        ByteBuffer buffer = ByteBuffer.allocate(floats.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        floats.forEach(buffer::putFloat);
        return Bytes.of(buffer.array());
    }

    private static Command foreign(RespValue accepted, String... words) {
        return new Command(RespWire.command(words), accepted, Command.Kind.FOREIGN);
    }

    /** Fails unless the reads show just these documents and vectors under this run's names. */
    void check(RespWire reads) {
        assertEquals(documents.keySet(), ours(reads.call("DOC.COLLECTIONS")));
        documents.forEach((collection, expected) -> {
            Map<String, String> found = new TreeMap<>();
            strings(reads.call("DOC.KEYS", collection))
                    .forEach(id -> found.put(
                            id.text(),
                            reads.call("DOC.GET", collection, id.text()).text()));
            assertEquals(expected, found, () -> "documents of " + collection);
        });
        assertEquals(indexes.keySet(), ours(reads.call("VEC.KEYS")));
        indexes.forEach((key, index) -> {
            assertEquals(index.dimensions(), reads.call("VEC.DIM", key).number());
            assertEquals(index.vectors(), vectors(reads.call("VEC.GET", key)), () -> "vectors of " + key);
        });
    }

    private Set<String> ours(RespValue names) {
        Set<String> ours = new TreeSet<>();
        strings(names).stream()
                .map(Bytes::text)
                .filter(name -> name.startsWith(prefix))
                .forEach(ours::add);
        return ours;
    }

    private static List<Bytes> strings(RespValue list) {
        return list.items().stream().map(RespValue::string).toList();
    }

    private static Set<Bytes> vectors(RespValue idsAndBytes) {
        List<RespValue> items = idsAndBytes.items();
        List<Bytes> vectors = new ArrayList<>();
        for (int i = 1; i < items.size(); i += 2) {
            vectors.add(items.get(i).string());
        }
        assertEquals(vectors.size(), Set.copyOf(vectors).size(), "a vector twice");
        return new TreeSet<>(vectors);
    }
}
