package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What one client sends: commands of several kinds on keys that begin with its name, the reply that each must get, and the
 * records that it must leave.
 */
final class ClientScript {
    private final String name;
    private final List<Step> steps = new ArrayList<>();

    /** A command. */
    record Step(List<String> words, String reply, List<WalRecord> records) {}

    ClientScript(String name, Random random, int commands) {
        this.name = name;
        for (int i = 0; i < commands; i++) {
            steps.add(step(random.nextInt(7), name + ":" + random.nextInt(50), Integer.toString(i)));
        }
    }

    private Step step(int kind, String key, String value) {
        Bytes k = Bytes.utf8(key);
        Bytes v = Bytes.utf8(value);
        return switch (kind) {
            case 0 -> step(":2", new WalRecord.RPush(k, List.of(v, v)), "RPUSH", key, value, value);
            case 1 -> step(":1", new WalRecord.SAdd(k, List.of(v)), "SADD", key, value);
            case 2 -> step(":1", new WalRecord.HSet(k, List.of(new WalRecord.Field(v, v))), "HSET", key, value, value);
            case 3 -> step("+OK", new WalRecord.DocSet(k, v, Bytes.utf8("{}")), "DOC.SET", key, value, "{}");
            case 4 -> step(":1", new WalRecord.Del(k), "DEL", key);
            case 5 -> {
                Bytes other = Bytes.utf8(key + "x");
                yield new Step(
                        List.of("MSET", key, value, key + "x", value),
                        "+OK",
                        List.of(new WalRecord.Set(k, v, null), new WalRecord.Set(other, v, null)));
            }
            default -> step("+OK", new WalRecord.Set(k, v, null), "SET", key, value);
        };
    }

    private static Step step(String reply, WalRecord record, String... words) {
        return new Step(List.of(words), reply, List.of(record));
    }

    List<Step> steps() {
        return steps;
    }

    /** The records that must be in a shard, in order, once all commands are acknowledged. */
    List<WalRecord> expected(ShardRouter router, int shard) {
        return steps.stream()
                .flatMap(step -> router.route(step.records).stream())
                .filter(each -> each.shard() == shard)
                .map(each -> each.record())
                .toList();
    }

    /** This client's records among the entries of a shard. */
    List<WalRecord> own(List<WalEntry> entries) {
        return entries.stream()
                .map(WalEntry::content)
                .flatMap(content -> content instanceof WalRecord record ? Stream.of(record) : Stream.empty())
                .filter(record -> Objects.requireNonNull(KafkaKeys.of(record)).startsWith(Bytes.utf8(name + ":")))
                .toList();
    }
}
