package dev.kora.cdc.stack.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import dev.kora.cdc.stack.RespWire;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Asks both sides every read command that both have, of every key, whatever it holds, and over all keys, with right and wrong
 * arguments, and fails where the answers differ. Every second time in RESP3.
 *
 * <p>Redis counts a key that has expired in DBSIZE until it has met it, we do not; so it is made to meet all of them first.
 */
final class ReadComparison implements AutoCloseable {
    private static final int SHOWN = 10;
    private static final int BATCH = 500;

    private final RespWire redis;
    private final RespWire reads;
    private final Questions questions;
    private final TimesComparison times;
    private final Random random;
    private boolean resp3;

    ReadComparison(RedisProcess process, int readPort, CommandSource source, Side judge, Side gateway, Random random) {
        this.redis = process.connect();
        this.reads = RespWire.connect(readPort);
        this.questions = new Questions(random, source.values());
        this.times = new TimesComparison(redis, reads, source.beliefs(), judge, gateway);
        this.random = random;
    }

    void compare(JudgeKeys keys, Shares shares) {
        String protocol = resp3 ? "3" : "2";
        redis.call("HELLO", protocol);
        reads.call("HELLO", protocol);
        resp3 = !resp3;
        List<Bytes> all =
                Stream.concat(keys.random().stream(), keys.markers().stream()).toList();
        redis.pipeline(
                all.stream().map(key -> List.of(Bytes.utf8("EXISTS"), key)).toList());
        List<Question> asked = new ArrayList<>(questions.ofAllKeys(all));
        all.forEach(key -> asked.addAll(questions.ofKey(key)));
        asked.addAll(questions.malformed(all));
        ask(asked);
        shares.asked(asked.size());
        shares.asked(times.compare(keys.random()));
        compareScans(all);
        compareRandomKey();
        shares.live(redis.call("DBSIZE").number(), rows(all));
    }

    /** Changes some keys in Redis alone, their values and then their times; fails unless each is found to differ. */
    void seesWhatDiffers(List<Bytes> keys) {
        Map<String, List<Bytes>> changes = Map.of(
                "string", RespWire.command("APPEND", "", "x"),
                "list", RespWire.command("LSET", "", "-1", "no item of any list"),
                "hash", RespWire.command("HSET", "", "no field", "x"),
                "set", RespWire.command("SADD", "", "no member"));
        Set<String> seen = new TreeSet<>();
        for (Bytes key : keys) {
            String type = redis.call(List.of(Bytes.utf8("TYPE"), key)).text();
            if (changes.containsKey(type) && seen.add(type)) {
                List<Bytes> change = new ArrayList<>(changes.getOrDefault(type, List.of()));
                change.set(1, key);
                ask(questions.ofKey(key));
                assertTrue(!redis.call(change).isError(), change::toString);
                assertThrows(AssertionError.class, () -> ask(questions.ofKey(key)), change::toString);
                times.compare(List.of(key));
                redis.call(List.of(Bytes.utf8("PEXPIRE"), key, Bytes.utf8("99999")));
                assertThrows(AssertionError.class, () -> times.compare(List.of(key)), key::toString);
            }
        }
        assertEquals(changes.keySet(), seen);
    }

    private void ask(List<Question> asked) {
        List<String> differences = new ArrayList<>();
        for (int from = 0; from < asked.size(); from += BATCH) {
            List<Question> batch = asked.subList(from, Math.min(from + BATCH, asked.size()));
            List<List<Bytes>> commands = batch.stream().map(Question::words).toList();
            List<RespValue> right = redis.pipeline(commands);
            List<RespValue> ours = reads.pipeline(commands);
            for (int i = 0; i < batch.size(); i++) {
                RespValue expected = batch.get(i).comparable(right.get(i));
                RespValue found = batch.get(i).comparable(ours.get(i));
                if (!expected.equals(found)) {
                    differences.add(
                            "%s: Redis %s, ours %s".formatted(batch.get(i).words(), start(expected), start(found)));
                }
            }
        }
        assertTrue(
                differences.isEmpty(),
                () -> differences.size() + " differences:\n"
                        + String.join("\n", differences.subList(0, Math.min(SHOWN, differences.size()))));
    }

    private static String start(RespValue value) {
        String text = value.toString();
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    /** Scans in many pages, of which the order is nobody's business, but not what is in them. */
    private void compareScans(List<Bytes> keys) {
        for (List<Bytes> options : questions.scans()) {
            List<Bytes> whole = Stream.concat(Stream.of(Bytes.utf8("SCAN"), Bytes.EMPTY), options.stream())
                    .toList();
            assertEquals(pages(redis, whole, 1), pages(reads, whole, 1), options::toString);
        }
        for (int i = 0; i < 20; i++) {
            Bytes key = keys.get(random.nextInt(keys.size()));
            String type = redis.pipeline(List.of(List.of(Bytes.utf8("TYPE"), key)))
                    .getFirst()
                    .text();
            String name = type.equals("hash") ? "HSCAN" : "SSCAN";
            if (type.equals("hash") || type.equals("set")) {
                List<Bytes> whole = List.of(Bytes.utf8(name), key, Bytes.EMPTY, Bytes.utf8("COUNT"), Bytes.utf8("3"));
                assertEquals(pages(redis, whole, 2), pages(reads, whole, 2), whole::toString);
            }
        }
    }

    /** All that the pages of a scan hold, of a hash also the values; ours must not repeat anything but values. */
    private Set<Bytes> pages(RespWire side, List<Bytes> scan, int cursorAt) {
        Set<Bytes> found = new TreeSet<>();
        boolean once = side == reads && !scan.getFirst().text().equals("HSCAN");
        List<Bytes> command = new ArrayList<>(scan);
        Bytes cursor = Bytes.utf8("0");
        do {
            command.set(cursorAt, cursor);
            RespValue page = side.call(command);
            cursor = page.items().getFirst().string();
            page.items().get(1).items().forEach(item -> assertTrue(found.add(item.string()) || !once, item::toString));
        } while (!cursor.text().equals("0"));
        return found;
    }

    private void compareRandomKey() {
        Set<RespValue> all = new HashSet<>(reads.call("KEYS", "*").items());
        for (RespWire side : List.of(redis, reads)) {
            RespValue key = side.call("RANDOMKEY");
            assertTrue(all.contains(key) || (all.isEmpty() && key.bytes().isEmpty()), key::toString);
        }
    }

    /** Rows that the judge's state makes: one for each key, and one for each element. */
    private long rows(List<Bytes> keys) {
        long rows = redis.call("DBSIZE").number();
        for (String size : List.of("LLEN", "HLEN", "SCARD")) {
            rows += redis
                    .pipeline(keys.stream()
                            .map(key -> List.of(Bytes.utf8(size), key))
                            .toList())
                    .stream()
                    .filter(answer -> !answer.isError())
                    .mapToLong(RespValue::number)
                    .sum();
        }
        return rows;
    }

    @Override
    public void close() {
        redis.close();
        reads.close();
    }
}
