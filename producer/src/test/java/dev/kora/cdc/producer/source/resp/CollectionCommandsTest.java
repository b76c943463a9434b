package dev.kora.cdc.producer.source.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LPUSH, RPUSH, SADD, HSET, HMSET. */
class CollectionCommandsTest {
    private static final Bytes K = Bytes.utf8("k");
    private static final Bytes A = Bytes.utf8("a");
    private static final Bytes B = Bytes.utf8("b");

    private final GatewayRig rig = new GatewayRig();

    @Test
    void pushes() {
        Reply three = Reply.integer(3);
        assertEquals(
                List.of(new WalRecord.LPush(K, List.of(A, B, A))), rig.records(three, "LPUSH", "k", "a", "b", "a"));
        assertEquals(
                List.of(new WalRecord.RPush(K, List.of(A, B, A))), rig.records(three, "rpush", "k", "a", "b", "a"));
        assertEquals("ERR wrong number of arguments", rig.error("LPUSH", "k"));
        assertEquals("ERR wrong number of arguments", rig.error("RPUSH", "k"));
    }

    @Test
    void addsMembers() {
        assertEquals(
                List.of(new WalRecord.SAdd(K, List.of(A, B))), rig.records(Reply.integer(2), "SADD", "k", "a", "b"));
        assertEquals("ERR wrong number of arguments", rig.error("SADD", "k"));
    }

    @Test
    void setsFields() {
        List<WalRecord> record =
                List.of(new WalRecord.HSet(K, List.of(new WalRecord.Field(A, B), new WalRecord.Field(A, A))));
        assertEquals(record, rig.records(Reply.integer(2), "HSET", "k", "a", "b", "a", "a"));
        assertEquals(record, rig.records(Reply.OK, "HMSET", "k", "a", "b", "a", "a"));
        assertEquals("ERR wrong number of arguments for 'hset' command", rig.error("HSET", "k", "a", "b", "c"));
        assertEquals("ERR wrong number of arguments for 'hmset' command", rig.error("HMSET", "k", "a", "b", "c"));
        assertEquals("ERR wrong number of arguments", rig.error("HSET", "k", "a"));
    }

    @Test
    void cutsLongPushesWithinOneCommand() {
        int count = 2 * Limits.ELEMENTS + 1;
        List<ShardRecord> command = rig.taken(Reply.integer(count), push(count, 1));
        List<Integer> sizes = command.stream()
                .map(each -> ((WalRecord.RPush) each.record()).values().size())
                .toList();
        assertEquals(List.of(Limits.ELEMENTS, Limits.ELEMENTS, 1), sizes);
        assertEquals(count, pushed(command).stream().distinct().count());
        assertEquals(
                1, command.stream().map(ShardRecord::shard).distinct().count(), "pieces of one key in several shards");
        assertEquals(
                1,
                rig.taken(Reply.integer(Limits.ELEMENTS), push(Limits.ELEMENTS, 1))
                        .size());
    }

    @Test
    void cutsLargePushesWithinOneCommand() {
        List<ShardRecord> command = rig.taken(Reply.integer(12), push(12, 1024 * 1024));
        assertTrue(command.size() > 1, "12 MiB in one record");
        assertEquals(12, pushed(command).stream().distinct().count());
    }

    @Test
    void keepsTheOrderOfWhatItCuts() {
        List<ShardRecord> command = rig.taken(Reply.integer(100_000), push(100_000, 1));
        List<Bytes> expected = new ArrayList<>();
        Request request = push(100_000, 1);
        for (int i = 2; i < request.size(); i++) {
            expected.add(Bytes.of(request.argument(i)));
        }
        assertEquals(expected, pushed(command));
    }

    @Test
    void cutsLongHashes() {
        int count = Limits.ELEMENTS + 3;
        List<byte[]> words = new ArrayList<>(List.of(ascii("HSET"), ascii("k")));
        for (int i = 0; i < count; i++) {
            words.add(ascii("f" + i));
            words.add(ascii("v" + i));
        }
        List<ShardRecord> command = rig.taken(Reply.integer(count), Request.of(words));
        assertEquals(2, command.size());
        WalRecord.HSet last = (WalRecord.HSet) command.get(1).record();
        assertEquals(
                new WalRecord.Field(Bytes.utf8("f" + (count - 1)), Bytes.utf8("v" + (count - 1))),
                last.fields().get(2));
    }

    private static Request push(int count, int size) {
        List<byte[]> words = new ArrayList<>(List.of(ascii("RPUSH"), ascii("k")));
        for (int i = 0; i < count; i++) {
            words.add(ascii(i + "x".repeat(size)));
        }
        return Request.of(words);
    }

    private static List<Bytes> pushed(List<ShardRecord> command) {
        return command.stream()
                .flatMap(each -> ((WalRecord.RPush) each.record()).values().stream())
                .toList();
    }

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }
}
