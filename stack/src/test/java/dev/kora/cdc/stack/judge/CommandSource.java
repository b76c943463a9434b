package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import dev.kora.cdc.stack.judge.Beliefs.Held;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Random commands of all the gateway takes, in such shares that types clash and times pass often. Two sources of one seed
 * send the same, but for points of time.
 */
final class CommandSource {
    /** Of the commands that meet a key, those that go for one whose time has passed. */
    private static final double PASSED_SHARE = 0.27;
    /** Every so many rounds the times that pass are seconds, which a round then takes. */
    private static final int ROUND_OF_SECONDS = 25;
    /** One of so many rounds holds a flush: each takes away keys whose time would pass, which are there to be met. */
    private static final int ROUNDS_PER_FLUSH = 4;
    /** More values than one record can carry. */
    private static final int MANY_VALUES = 70_000;

    private static final Map<String, Held> PUSHES =
            Map.of("LPUSH", Held.LIST, "RPUSH", Held.LIST, "HSET", Held.HASH, "HMSET", Held.HASH, "SADD", Held.SET);
    private static final List<String> PUSH_NAMES =
            PUSHES.keySet().stream().sorted().toList();
    private static final RespValue OK = new RespValue('+', Optional.of(Bytes.utf8("OK")), List.of());

    private final Random random;
    private final Beliefs beliefs;
    private final Values values;
    private final Foreigners foreigners;
    private final Shares shares;
    private int round;
    private long longestSoonMs;

    CommandSource(Random random, List<Bytes> keys, Foreigners foreigners, Shares shares) {
        this.random = random;
        this.beliefs = new Beliefs(keys);
        this.values = new Values(random);
        this.foreigners = foreigners;
        this.shares = shares;
    }

    Beliefs beliefs() {
        return beliefs;
    }

    Values values() {
        return values;
    }

    int round() {
        return round;
    }

    /** The longest time that a key was given in this round to be over at its end. */
    long longestSoonMs() {
        return longestSoonMs;
    }

    /**
     * The commands of the next round.
     *
     * @param flushing whether one of them may empty everything
     */
    List<Command> nextRound(int count, boolean flushing) {
        round++;
        longestSoonMs = 0;
        List<Command> commands = new ArrayList<>(count);
        if (round == 1) {
            commands.add(pushMany());
        }
        int flushAt = flushing && round % ROUNDS_PER_FLUSH == 2 ? 1 + random.nextInt(count - 1) : count;
        while (commands.size() < count) {
            commands.add(commands.size() == flushAt ? flush() : next());
        }
        return commands;
    }

    /** Everything of the round was answered, and every time that was to pass has. */
    void endRound() {
        beliefs.endRound();
    }

    private Command next() {
        int dice = random.nextInt(10_000);
        if (dice < 150) {
            return MalformedCommands.next(random, key());
        }
        if (dice < 600) {
            return foreigners.next(random);
        }
        if (dice < 3_000) {
            return set();
        }
        if (dice < 3_300) {
            return mset();
        }
        if (dice < 3_700) {
            return delete();
        }
        return dice < 5_600 ? expire() : push();
    }

    private Bytes key() {
        return beliefs.pick(random, PASSED_SHARE);
    }

    /** A command meets these keys. */
    private void meet(List<Bytes> keys) {
        long crossed = keys.stream().filter(beliefs::touch).count();
        shares.crossed(crossed);
    }

    private Command flush() {
        beliefs.flush();
        shares.flushed();
        String name = random.nextBoolean() ? "FLUSHDB" : "FLUSHALL";
        String how = List.of("", "SYNC", "ASYNC").get(random.nextInt(3));
        return how.isEmpty()
                ? command(List.of(Bytes.utf8(name)), OK)
                : command(List.of(Bytes.utf8(name), Bytes.utf8(how)), OK);
    }

    private Command set() {
        Bytes key = key();
        meet(List.of(key));
        Bytes value = values.value();
        int dice = random.nextInt(10);
        if (dice < 3) {
            beliefs.put(key, Held.STRING, null);
            return command(words("SET", key, value), OK);
        }
        Times times = times(dice, false);
        give(key, Held.STRING, times);
        String own = times.setCommand();
        return own != null && random.nextBoolean()
                ? command(words(own, key, times.digits(), value), OK)
                : command(words("SET", key, value, cased(times.option()), times.digits()), OK);
    }

    /** Soon, unless enough keys end in this round already; else far away; seldom over at once. */
    private Times times(int dice, boolean expire) {
        if (dice >= 9) {
            return Times.past(random, expire);
        }
        return dice < 7 && beliefs.mayEnd()
                ? Times.soon(random, round % ROUND_OF_SECONDS == 0 && random.nextBoolean())
                : Times.far(random, round);
    }

    private void give(Bytes key, Held type, Times times) {
        switch (times.end()) {
            case FAR -> beliefs.put(key, type, times.ttl());
            case AT_ONCE -> beliefs.remove(key);
            case SOON -> {
                longestSoonMs = Math.max(longestSoonMs, times.longestMs());
                beliefs.put(key, type, null);
                beliefs.end(key);
            }
        }
    }

    private Command expire() {
        Bytes key = key();
        meet(List.of(key));
        Times times = times(random.nextInt(10), true);
        Held type = beliefs.of(key).type();
        if (type != Held.NONE) {
            give(key, type, times);
        }
        return new Command(
                words(times.expireCommand(), key, times.digits()),
                number(1),
                type == Held.NONE ? Command.Kind.EXPIRES_NOTHING : Command.Kind.EXPIRES_SOMETHING);
    }

    private Command mset() {
        List<Bytes> words = new ArrayList<>(List.of(Bytes.utf8("MSET")));
        for (Bytes key : someKeys()) {
            words.add(key);
            words.add(values.value());
            beliefs.put(key, Held.STRING, null);
        }
        return command(words, OK);
    }

    private Command delete() {
        List<Bytes> keys = someKeys();
        keys.forEach(beliefs::remove);
        String name = random.nextBoolean() ? "DEL" : "UNLINK";
        return command(words(name, keys.toArray(Bytes[]::new)), number(keys.size()));
    }

    /** A few keys, one of them perhaps twice. */
    private List<Bytes> someKeys() {
        List<Bytes> keys =
                Stream.generate(this::key).limit(1 + random.nextInt(4)).toList();
        meet(keys);
        return keys;
    }

    private Command push() {
        Bytes key = key();
        meet(List.of(key));
        Held type = beliefs.of(key).type();
        List<String> fitting = PUSH_NAMES.stream()
                .filter(name -> PUSHES.get(name) == type && random.nextInt(4) > 0)
                .toList();
        List<String> names = fitting.isEmpty() ? PUSH_NAMES : fitting;
        return push(names.get(random.nextInt(names.size())), key);
    }

    private Command push(String name, Bytes key) {
        Held pushed = PUSHES.getOrDefault(name, Held.NONE);
        Held type = beliefs.of(key).type();
        if (type == Held.NONE) {
            beliefs.put(key, pushed, null);
        }
        List<Bytes> elements = pushed == Held.LIST ? values.values() : values.names();
        RespValue accepted = name.equals("HMSET") ? OK : number(elements.size());
        if (pushed == Held.HASH) {
            elements = elements.stream()
                    .flatMap(field -> Stream.of(field, values.value()))
                    .toList();
        }
        List<Bytes> words = words(name, key, elements.toArray(Bytes[]::new));
        boolean fits = type == Held.NONE || type == pushed;
        return new Command(words, accepted, fits ? Command.Kind.EFFECTIVE : Command.Kind.WRONG_TYPE);
    }

    private Command pushMany() {
        Bytes key = key();
        meet(List.of(key));
        beliefs.put(key, Held.LIST, null);
        List<Bytes> words = new ArrayList<>(words("RPUSH", key));
        words.addAll(Collections.nCopies(MANY_VALUES, Bytes.utf8("one of many")));
        return command(words, number(MANY_VALUES));
    }

    /** In capitals or not. */
    private Bytes cased(String word) {
        return Bytes.utf8(random.nextBoolean() ? word : word.toLowerCase(Locale.ROOT));
    }

    private List<Bytes> words(String name, Bytes... arguments) {
        return Stream.concat(Stream.of(Bytes.utf8(name)), Arrays.stream(arguments))
                .toList();
    }

    private List<Bytes> words(String name, Bytes key, Bytes[] arguments) {
        return Stream.concat(Stream.of(Bytes.utf8(name), key), Arrays.stream(arguments))
                .toList();
    }

    private static Command command(List<Bytes> words, RespValue accepted) {
        return new Command(words, accepted, Command.Kind.EFFECTIVE);
    }

    static RespValue number(long number) {
        return new RespValue(':', Optional.of(Bytes.utf8(Long.toString(number))), List.of());
    }
}
