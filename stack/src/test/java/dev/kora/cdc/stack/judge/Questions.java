package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.judge.Question.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The read commands of docs/commands.md that Redis has too, with random arguments. */
final class Questions {
    private static final Bytes FIRST = Bytes.utf8("0");
    private static final Bytes LAST = Bytes.utf8("-1");
    private static final Bytes COUNT = Bytes.utf8("COUNT");
    private static final Bytes WHOLE = Bytes.utf8("100000");
    private static final Bytes MATCH = Bytes.utf8("MATCH");

    private static final List<String> PATTERNS = List.of(
            "*",
            "key:*",
            "key:1?",
            "k[a-f]y:*",
            "k[^a-d]y:*",
            "[^k]*",
            "{tag[1-3]}:*",
            "\\*",
            "\\?*",
            "",
            "?",
            "[a",
            "*:**",
            "*\\",
            "KEY:*",
            "[z-a]*",
            "*:[0-9][0-9]",
            "нет",
            "клю?");

    private static final List<String> WRONG_NUMBERS = List.of(
            "abc", "1.5", "", " 1", "1 ", "+1", "01", "-0", "9223372036854775808", "-9223372036854775809", "0x10");

    /** {@code k} stands for a key, of any type or none. */
    private static final List<String> MALFORMED = """
            GET
            GET k k
            MGET
            STRLEN
            STRLEN k k
            EXISTS
            TYPE
            TYPE k k
            TTL
            PTTL k k
            EXPIRETIME
            PEXPIRETIME k k
            KEYS
            KEYS * *
            DBSIZE k
            RANDOMKEY k
            LLEN
            LLEN k k
            LRANGE k
            LRANGE k 0
            LRANGE k 0 1 2
            LINDEX k
            LINDEX k 0 1
            HGET k
            HGET k f f
            HMGET k
            HGETALL
            HGETALL k f
            HKEYS k f
            HVALS
            HLEN k f
            HEXISTS k
            HEXISTS k f f
            SMEMBERS
            SMEMBERS k m
            SISMEMBER k
            SISMEMBER k m m
            SMISMEMBER k
            SCARD
            SCAN
            SCAN abc
            SCAN 1x
            SCAN 0 COUNT
            SCAN 0 COUNT 0
            SCAN 0 COUNT -1
            SCAN 0 COUNT abc
            SCAN 0 MATCH
            SCAN 0 TYPE
            SCAN 0 NOSUCH
            SCAN 0 NOSUCH 1
            SCAN 0 COUNT 10 MATCH
            HSCAN k
            HSCAN k abc
            HSCAN k 0 COUNT
            HSCAN k 0 COUNT 0
            HSCAN k 0 COUNT x
            HSCAN k 0 NOSUCH 1
            HSCAN k 0 TYPE string
            SSCAN k
            SSCAN k abc
            SSCAN k 0 COUNT 0
            SSCAN k 0 MATCH
            SSCAN k 0 NOSUCH
            """.lines().toList();

    private final Random random;
    private final Values values;

    Questions(Random random, Values values) {
        this.random = random;
        this.values = values;
    }

    /** Of a key of any type or none: so each command meets each type. */
    List<Question> ofKey(Bytes key) {
        return Stream.of(
                        Stream.of("GET", "STRLEN", "TYPE", "LLEN", "HLEN", "SCARD", "EXISTS")
                                .map(name -> Question.exact(name, key)),
                        ofList(key),
                        ofHash(key),
                        ofSet(key))
                .flatMap(stream -> stream)
                .toList();
    }

    private Stream<Question> ofList(Bytes key) {
        return Stream.of(
                Question.exact("LRANGE", key, FIRST, LAST),
                Question.exact("LRANGE", key, index(), index()),
                Question.exact("LRANGE", key, Bytes.utf8("-3"), LAST),
                Question.exact("LRANGE", key, Bytes.utf8(Long.toString(Long.MIN_VALUE)), index()),
                Question.exact("LRANGE", key, index(), Bytes.utf8(Long.toString(Long.MAX_VALUE))),
                Question.exact("LINDEX", key, FIRST),
                Question.exact("LINDEX", key, LAST),
                Question.exact("LINDEX", key, index()),
                Question.exact("LINDEX", key, Bytes.utf8(Long.toString(Long.MIN_VALUE))),
                Question.exact("LINDEX", key, Bytes.utf8(Long.toString(Long.MAX_VALUE))));
    }

    private Stream<Question> ofHash(Bytes key) {
        return Stream.of(
                Question.of(Order.NONE_OF_PAIRS, "HGETALL", key),
                Question.of(Order.NONE, "HKEYS", key),
                Question.of(Order.NONE, "HVALS", key),
                Question.exact("HGET", key, values.name()),
                Question.exact("HMGET", key, values.name(), values.name(), Bytes.utf8("no field")),
                Question.exact("HEXISTS", key, values.name()),
                Question.of(Order.PAGE_OF_PAIRS, "HSCAN", key, FIRST, COUNT, WHOLE),
                Question.of(Order.PAGE_OF_PAIRS, "HSCAN", key, FIRST, MATCH, Bytes.utf8("name*"), COUNT, WHOLE));
    }

    private Stream<Question> ofSet(Bytes key) {
        return Stream.of(
                Question.of(Order.NONE, "SMEMBERS", key),
                Question.exact("SISMEMBER", key, values.name()),
                Question.exact("SMISMEMBER", key, values.name(), values.name(), Bytes.utf8("no member")),
                Question.of(Order.PAGE, "SSCAN", key, FIRST, COUNT, WHOLE),
                Question.of(Order.PAGE, "SSCAN", key, FIRST, MATCH, Bytes.utf8("*[0-9]"), COUNT, WHOLE));
    }

    private Bytes index() {
        return Bytes.utf8(Integer.toString(random.nextInt(21) - 10));
    }

    /** Over all keys. */
    List<Question> ofAllKeys(List<Bytes> keys) {
        List<Question> all = new ArrayList<>();
        all.add(Question.exact("DBSIZE"));
        all.add(Question.exact("MGET", keys.toArray(Bytes[]::new)));
        all.add(Question.exact("EXISTS", keys.toArray(Bytes[]::new)));
        all.add(Question.exact("EXISTS", keys.getFirst(), keys.getLast(), keys.getFirst(), keys.getFirst()));
        PATTERNS.forEach(pattern -> all.add(Question.of(Order.NONE, "KEYS", Bytes.utf8(pattern))));
        return all;
    }

    /** What is wrong with the number or the form of the arguments, of keys of all types and none. */
    List<Question> malformed(List<Bytes> keys) {
        List<Question> all = new ArrayList<>();
        for (String line : MALFORMED) {
            for (int i = 0; i < 8; i++) {
                Bytes key = keys.get(random.nextInt(keys.size()));
                List<Bytes> words = Stream.of(line.split(" ", -1))
                        .map(word -> word.equals("k") ? key : Bytes.utf8(word))
                        .toList();
                all.add(new Question(words, Order.KEPT));
            }
        }
        for (String number : WRONG_NUMBERS) {
            for (int i = 0; i < 8; i++) {
                Bytes key = keys.get(random.nextInt(keys.size()));
                all.add(Question.exact("LINDEX", key, Bytes.utf8(number)));
                all.add(Question.exact("LRANGE", key, Bytes.utf8(number), LAST));
                all.add(Question.exact("LRANGE", key, FIRST, Bytes.utf8(number)));
            }
        }
        return all;
    }

    /** Options of SCAN. */
    List<List<Bytes>> scans() {
        List<List<Bytes>> all = new ArrayList<>();
        for (String line : List.of(
                "",
                "COUNT 1",
                "COUNT 7",
                "COUNT 100000",
                "TYPE string",
                "TYPE list",
                "TYPE hash COUNT 50",
                "TYPE set",
                "TYPE zset",
                "TYPE LIST",
                "MATCH key:* TYPE list COUNT 20",
                "match [^k]* count 3",
                "COUNT 5 COUNT 50")) {
            all.add(line.isEmpty() ? List.of() : Question.exactWords(line).words());
        }
        PATTERNS.forEach(pattern -> all.add(List.of(MATCH, Bytes.utf8(pattern), COUNT, Bytes.utf8("30"))));
        return all;
    }
}
