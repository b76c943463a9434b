package dev.kora.cdc.producer.source.resp;

import static dev.kora.cdc.producer.source.resp.GatewayRig.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SET and its kin, DEL, the times to live, FLUSHDB. */
class KeyCommandsTest {
    private static final Bytes K = Bytes.utf8("k");
    private static final Bytes V = Bytes.utf8("v");

    private final GatewayRig rig = new GatewayRig();

    private static WalRecord set(Long ttlMs) {
        return new WalRecord.Set(K, V, ttlMs);
    }

    @Test
    void setsStrings() {
        assertEquals(List.of(new WalRecord.Set(K, V, null)), rig.records(Reply.OK, "set", "k", "v"));
        assertEquals(List.of(new WalRecord.Set(Bytes.EMPTY, Bytes.EMPTY, null)), rig.records(Reply.OK, "SET", "", ""));
    }

    @Test
    void setsWithATimeToLive() {
        assertEquals(List.of(set(10_000L)), rig.records(Reply.OK, "SET", "k", "v", "EX", "10"));
        assertEquals(List.of(set(10L)), rig.records(Reply.OK, "SET", "k", "v", "px", "10"));
        assertEquals(List.of(set(7_000L)), rig.records(Reply.OK, "SETEX", "k", "7", "v"));
        assertEquals(List.of(set(7L)), rig.records(Reply.OK, "PSETEX", "k", "7", "v"));
    }

    @Test
    void setsUntilAPointOfTime() {
        assertEquals(List.of(set(5_000L)), rig.records(Reply.OK, "SET", "k", "v", "EXAT", "" + (NOW / 1000 + 5)));
        assertEquals(List.of(set(5L)), rig.records(Reply.OK, "SET", "k", "v", "PXAT", "" + (NOW + 5)));
        assertEquals(List.of(set(0L)), rig.records(Reply.OK, "SET", "k", "v", "PXAT", "" + NOW));
        assertEquals(List.of(set(0L)), rig.records(Reply.OK, "SET", "k", "v", "EXAT", "1"));
        assertEquals(
                List.of(set(Long.MAX_VALUE - NOW)),
                rig.records(Reply.OK, "SET", "k", "v", "PXAT", "" + Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        "SET k v EXAT 1750000005,1750000005000",
        "SET k v PXAT 1750000000005,1750000000005",
        "SET k v PXAT 1,1",
        "SET k v PXAT 9223372036854775807,9223372036854775807",
        "EXPIREAT k 1750000003,1750000003000",
        "PEXPIREAT k 1750000000003,1750000000003",
        "PEXPIREAT k -9223372036854775808,0",
        "SET k v EX 10,",
        "PEXPIRE k 10,"
    })
    void keepsPointsOfTimeAsTheyAre(String words, @Nullable Long expiresAtMs) {
        Reply reply = words.startsWith("SET") ? Reply.OK : Reply.integer(1);
        List<ShardRecord> taken = rig.taken(reply, Request.of(words.split(" ", -1)));
        assertEquals(expiresAtMs, taken.getFirst().expiresAtMs());
    }

    @ParameterizedTest
    @CsvSource({
        "EX,0",
        "EX,-1",
        "EX,9223372036854776",
        "PX,0",
        "PX,-5",
        "PX,9223372036854775807",
        "EXAT,0",
        "EXAT,9223372036854776",
        "PXAT,-1"
    })
    void refusesTimesAsRedisDoes(String option, String time) {
        assertEquals("ERR invalid expire time in 'set' command", rig.error("SET", "k", "v", option, time));
    }

    @Test
    void refusesTimesOfSetexAsRedisDoes() {
        assertEquals("ERR invalid expire time in 'setex' command", rig.error("SETEX", "k", "0", "v"));
        assertEquals("ERR invalid expire time in 'psetex' command", rig.error("PSETEX", "k", "-1", "v"));
        assertEquals("ERR value is not an integer or out of range", rig.error("SETEX", "k", "1.5", "v"));
        assertEquals("ERR value is not an integer or out of range", rig.error("SET", "k", "v", "EX", "ten"));
        assertEquals(
                "ERR value is not an integer or out of range", rig.error("SET", "k", "v", "PX", "9223372036854775808"));
    }

    @Test
    void takesTheLongestTimesRedisTakes() {
        long longest = Long.MAX_VALUE - NOW;
        assertEquals(List.of(set(longest)), rig.records(Reply.OK, "SET", "k", "v", "PX", "" + longest));
        assertEquals("ERR invalid expire time in 'set' command", rig.error("SET", "k", "v", "PX", "" + (longest + 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NX", "xx", "GET", "KEEPTTL", "IFEQ"})
    void refusesWhatNeedsState(String option) {
        String why = "depends on what the key holds, and the gateway keeps no state";
        assertTrue(rig.error("SET", "k", "v", option).contains(why));
        assertTrue(rig.error("SET", "k", "v", option, "EX", "10").contains(why));
        assertTrue(rig.error("SET", "k", "v", "EX", "10", option).contains(why));
    }

    @Test
    void refusesOptionsThatAreNone() {
        assertEquals("ERR syntax error", rig.error("SET", "k", "v", "FOO"));
        assertEquals("ERR syntax error", rig.error("SET", "k", "v", "EX"));
        assertEquals("ERR syntax error", rig.error("SET", "k", "v", "EX", "1", "PX", "1"));
        assertEquals("ERR wrong number of arguments", rig.error("SET", "k"));
        assertEquals("ERR wrong number of arguments", rig.error("SETEX", "k", "1"));
    }

    @Test
    void setsManyInOneCommand() {
        assertEquals(
                List.of(
                        new WalRecord.Set(Bytes.utf8("a"), Bytes.utf8("1"), null),
                        new WalRecord.Set(Bytes.utf8("b"), Bytes.utf8("2"), null),
                        new WalRecord.Set(Bytes.utf8("a"), Bytes.utf8("3"), null)),
                rig.records(Reply.OK, "MSET", "a", "1", "b", "2", "a", "3"));
        assertEquals("ERR wrong number of arguments for 'mset' command", rig.error("MSET", "a", "1", "b"));
        assertEquals("ERR wrong number of arguments", rig.error("MSET", "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEL", "UNLINK"})
    void deletesManyInOneCommand(String command) {
        assertEquals(
                List.of(new WalRecord.Del(K), new WalRecord.Del(V), new WalRecord.Del(K)),
                rig.records(Reply.integer(3), command, "k", "v", "k"));
        assertEquals("ERR wrong number of arguments", rig.error(command));
    }

    @Test
    void expires() {
        Reply one = Reply.integer(1);
        assertEquals(List.of(new WalRecord.Expire(K, 10_000)), rig.records(one, "EXPIRE", "k", "10"));
        assertEquals(List.of(new WalRecord.Expire(K, 10)), rig.records(one, "PEXPIRE", "k", "10"));
        assertEquals(List.of(new WalRecord.Expire(K, 3_000)), rig.records(one, "EXPIREAT", "k", "" + (NOW / 1000 + 3)));
        assertEquals(List.of(new WalRecord.Expire(K, 3)), rig.records(one, "PEXPIREAT", "k", "" + (NOW + 3)));
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRE,0",
        "EXPIRE,-1",
        "EXPIRE,-9223372036854775",
        "PEXPIRE,0",
        "PEXPIRE,-9223372036854775808",
        "EXPIREAT,0",
        "EXPIREAT,1749999999",
        "PEXPIREAT,-9223372036854775808",
        "PEXPIREAT,1750000000000"
    })
    void deletesWhereTheTimeHasPassed(String command, String time) {
        assertEquals(List.of(new WalRecord.Expire(K, 0)), rig.records(Reply.integer(1), command, "k", time));
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRE,9223372036854776",
        "EXPIRE,-9223372036854776",
        "EXPIRE,9223372036854775",
        "PEXPIRE,9223372036854775807",
        "EXPIREAT,9223372036854776"
    })
    void refusesTimesThatOverflow(String command, String time) {
        String expected = "ERR invalid expire time in '" + command.toLowerCase(Locale.ROOT) + "' command";
        assertEquals(expected, rig.error(command, "k", time));
    }

    @Test
    void refusesOptionsOfExpire() {
        for (String option : List.of("NX", "XX", "gt", "LT")) {
            assertTrue(rig.error("EXPIRE", "k", "1", option).contains("keeps no state"), option);
        }
        assertEquals("ERR Unsupported option FOO", rig.error("PEXPIRE", "k", "1", "FOO"));
        assertEquals("ERR value is not an integer or out of range", rig.error("EXPIRE", "k", "soon"));
        assertEquals("ERR wrong number of arguments", rig.error("EXPIRE", "k"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FLUSHDB", "FLUSHALL"})
    void flushesEveryShard(String command) {
        List<WalRecord> everyShard = List.of(
                new WalRecord.FlushDb(), new WalRecord.FlushDb(), new WalRecord.FlushDb(), new WalRecord.FlushDb());
        assertEquals(everyShard, rig.records(Reply.OK, command));
        assertEquals(everyShard, rig.records(Reply.OK, command, "async"));
        assertEquals(everyShard, rig.records(Reply.OK, command, "SYNC"));
        assertEquals("ERR syntax error", rig.error(command, "LATER"));
        assertEquals("ERR syntax error", rig.error(command, "ASYNC", "SYNC"));
    }
}
