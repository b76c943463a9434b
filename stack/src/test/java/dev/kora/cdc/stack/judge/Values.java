package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Random values, items, fields and members: text, numbers that must stay as they are, any bytes, none. */
final class Values {
    private static final List<String> ODD =
            List.of("", "007", "+5", "-0", "1e3", "9223372036854775807", "nil", "\r\n$3\r\n", "é", "*");
    private static final int NAMES = 40;
    private static final int LONG = 20_000;

    private final Random random;
    private final List<Bytes> names;

    Values(Random random) {
        this.random = random;
        this.names = IntStream.range(0, NAMES)
                .mapToObj(i -> i < ODD.size() ? Bytes.utf8(ODD.get(i)) : name(i))
                .toList();
    }

    private Bytes name(int number) {
        return random.nextInt(3) == 0 ? JudgeKeys.binary(random, 1 + random.nextInt(20)) : Bytes.utf8("name" + number);
    }

    Bytes value() {
        int dice = random.nextInt(1_000);
        if (dice == 0) {
            return JudgeKeys.binary(random, random.nextInt(LONG));
        }
        if (dice < 150) {
            return Bytes.utf8(ODD.get(random.nextInt(ODD.size())));
        }
        return dice < 500 ? JudgeKeys.binary(random, random.nextInt(40)) : Bytes.utf8("value" + random.nextInt(10_000));
    }

    /** A field or a member: of few, so that it is often there already. */
    Bytes name() {
        return names.get(random.nextInt(NAMES));
    }

    /** A few of them, some twice; now and then many. */
    List<Bytes> names() {
        return IntStream.range(0, size()).mapToObj(i -> name()).toList();
    }

    List<Bytes> values() {
        return IntStream.range(0, size()).mapToObj(i -> value()).toList();
    }

    private int size() {
        return random.nextInt(500) == 0 ? 300 : 1 + random.nextInt(14);
    }
}
