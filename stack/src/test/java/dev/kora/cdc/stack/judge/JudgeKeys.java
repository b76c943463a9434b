package dev.kora.cdc.stack.judge;

import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.schema.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/** The names of a run: 500 keys at most, among them the empty one, binary ones, and those that patterns trip over. */
final class JudgeKeys {
    private static final int COUNT = 500;
    private static final List<String> ODD = List.of(
            "", " ", "*", "?", "[a-c]", "[", "\\*", "a*b", "\r\n", "$-1", "{}", "{", "}{", "ключ", "鍵", "\u0000", "-1",
            "0");

    private final List<Bytes> all;
    private final List<Bytes> markers;

    private JudgeKeys(List<Bytes> all, List<Bytes> markers) {
        this.all = all;
        this.markers = markers;
    }

    static JudgeKeys of(Random random, int shards) {
        ShardRouter router = new ShardRouter(shards);
        List<Bytes> markers = IntStream.range(0, shards)
                .mapToObj(shard -> IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> Bytes.utf8("marker:" + i))
                        .filter(key -> router.shardOf(key) == shard)
                        .findFirst()
                        .orElseThrow())
                .toList();
        Set<Bytes> keys = new LinkedHashSet<>();
        ODD.forEach(text -> keys.add(Bytes.utf8(text)));
        keys.add(Bytes.of(new byte[4_000]));
        while (keys.size() < COUNT - shards) {
            keys.add(key(random, keys.size()));
        }
        return new JudgeKeys(new ArrayList<>(keys), markers);
    }

    private static Bytes key(Random random, int number) {
        return switch (random.nextInt(4)) {
            case 0 -> binary(random, 1 + random.nextInt(12));
            case 1 -> Bytes.utf8("{tag" + random.nextInt(5) + "}:" + number);
            default -> Bytes.utf8("key:" + number);
        };
    }

    static Bytes binary(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    /** Those that are written and expire at random. */
    List<Bytes> random() {
        return all;
    }

    /** One key in each shard, by which it can be seen how far the reads have come. */
    List<Bytes> markers() {
        return markers;
    }
}
