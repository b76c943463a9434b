package dev.kora.cdc.producer.source.jsonl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.ShardRouter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.WalRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JsonlSourceTest {
    private static final int SHARDS = 3;

    @TempDir
    Path directory;

    private JsonlRig rig() {
        return new JsonlRig(directory, SHARDS);
    }

    private static String set(int i) {
        return "{\"op\":\"SET\",\"key\":\"k%d\",\"value\":\"v\"}\n".formatted(i);
    }

    private static List<String> keys(JsonlRig rig) {
        return rig.records().stream()
                .map(each -> ((WalRecord.Set) each.record()).key().text())
                .toList();
    }

    @Test
    void appendsWhereALineSaysOrWhereItsKeyBelongs() {
        JsonlRig rig = rig();
        rig.write("""
                {"shard":2,"op":"DEL","key":"a"}
                {"op":"DEL","key":"a"}
                {"shard":1,"op":"FLUSHDB"}
                {"op":"FLUSHDB"}
                """);
        assertEquals(new JsonlStatus(4, 4, 0, 0, 4, true), rig.load());
        int slot = new ShardRouter(SHARDS).shardOf(Bytes.utf8("a"));
        assertEquals(
                List.of(2, slot, 1, 0, 1, 2),
                rig.records().stream().map(ShardRecord::shard).toList());
        assertEquals(4, rig.publisher.commands().size(), "a line is one command, in one commit");
    }

    @Test
    void keepsAbsoluteTimesAndCountsRelativeOnes() {
        JsonlRig rig = rig();
        rig.write("""
                {"op":"SET","key":"a","value":"","expires_at":1750000000500}
                {"op":"EXPIRE","key":"a","expires_at":9223372036854775807}
                {"op":"EXPIRE","key":"a","ttl_ms":7}
                """);
        rig.load();
        List<ShardRecord> records = rig.records();
        assertEquals(1_750_000_000_500L, records.get(0).expiresAtMs());
        assertEquals(
                new WalRecord.Set(Bytes.utf8("a"), Bytes.EMPTY, 500L),
                records.get(0).record());
        assertEquals(Long.MAX_VALUE, records.get(1).expiresAtMs());
        assertNull(records.get(2).expiresAtMs());
        assertEquals(new WalRecord.Expire(Bytes.utf8("a"), 7), records.get(2).record());
    }

    @Test
    void skipsWhatIsNotForAppendingAndCountsIt() {
        JsonlRig rig = rig();
        rig.write("""
                {"shard":0,"offset":0,"epoch":1,"sequence":1,"time":1750000000000,"op":"WRITER_OPENED"}

                {"op":"HEARTBEAT"}
                {"op":"TRUNCATE"}
                \t
                """ + set(1));
        assertEquals(new JsonlStatus(6, 1, 5, 0, 6, true), rig.load());
        assertEquals(List.of(), rig.rejected);
    }

    @Test
    void tellsOfEachLineThatItRejectsAndGoesOn() throws Exception {
        JsonlRig rig = rig();
        Files.write(rig.file, new byte[] {'"', (byte) 0xff, '"', '\n'});
        rig.append(set(2) + """
                {"op":"SET","key":"a"
                {"op":"INCR","key":"a"}
                {"op":"SET","key":7,"value":"1"}
                {"op":"SET","key":"a"}
                {"op":"SET","key":"a","value":"1","nx":true}
                {"op":"VEC_SET","key":"a","dimensions":4,"vector":[1,2,3]}
                {"op":"DEL","key":"%s"}
                {"shard":3,"op":"DEL","key":"a"}
                {"op":"DEL","key":"a"}{"op":"DEL","key":"a"}
                null
                """.formatted("k".repeat(65_537)) + set(13));
        assertEquals(new JsonlStatus(13, 2, 0, 11, 13, true), rig.load());
        assertEquals(List.of("k2", "k13"), keys(rig));
        assertRejected(rig, 0, "1 ", "not valid UTF-8");
        assertRejected(rig, 1, "3 ", "no JSON object");
        assertRejected(rig, 2, "4 ", "'INCR'", "none of [SET");
        assertRejected(rig, 3, "5 ", "'key'", "a string");
        assertRejected(rig, 4, "6 ", "SET lacks the field 'value'");
        assertRejected(rig, 5, "7 ", "unknown field 'nx'");
        assertRejected(rig, 6, "8 ", "'vector' has 12 bytes, where 4 dimensions take 16");
        assertRejected(rig, 7, "9 ", "65537 bytes", "65536");
        assertRejected(rig, 8, "10 ", "shard 3 does not exist: there are 3");
        assertRejected(rig, 9, "11 ", "something follows");
        assertRejected(rig, 10, "12 ", "no JSON object");
    }

    private static void assertRejected(JsonlRig rig, int index, String... words) {
        String line = rig.rejected.get(index);
        assertTrue(line.startsWith(words[0]), line);
        for (String word : words) {
            assertTrue(line.contains(word), line);
        }
        assertFalse(line.contains("\n"), line);
    }

    @Test
    void waitsForRoom() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2));
        JsonlSource source = rig.open();
        rig.publisher.full(true);
        rig.publisher.meanwhile(() -> {
            rig.publisher.full(rig.publisher.offers() < 50);
            rig.publisher.commit();
        });
        assertEquals(new JsonlStatus(2, 2, 0, 0, 2, true), source.run());
        assertEquals(List.of("k1", "k2"), keys(rig));
    }

    @Test
    void goesOnBehindWhatIsCommittedInWhateverShard() {
        JsonlRig rig = rig();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            text.append(set(i));
        }
        rig.write(text.toString());
        for (int committed = 1; committed < 15; committed += 6) {
            int until = committed;
            JsonlSource source = rig.open();
            rig.publisher.meanwhile(() -> {
                if (rig.publisher.commands().size() == until + 3) {
                    source.close();
                    rig.publisher.full(true);
                }
            });
            assertFalse(source.run().complete());
            rig.publisher.full(false);
            rig.publisher.commit(rig.publisher.uncommitted() - 3);
            rig.publisher.crash();
            assertEquals(until, keys(rig).size());
        }
        assertEquals(20, rig.load().committedLine());
        assertEquals(20, keys(rig).size());
        assertEquals(20, keys(rig).stream().distinct().count());
        assertTrue(rig.notices.getLast().contains("lines up to 13 are in the log"), rig.notices::toString);
    }

    @Test
    void readsWhatWasAppendedSince() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2).strip());
        assertEquals(2, rig.load().appended());
        assertEquals(new JsonlStatus(0, 0, 0, 0, 2, true), rig.load());
        rig.append("\nnothing\n" + set(4));
        assertEquals(1, rig.load().appended());
        assertEquals(List.of("k1", "k2", "k4"), keys(rig));
        assertTrue(rig.rejected.getFirst().startsWith("3 "), rig.rejected::toString);
    }

    @Test
    void aTornLastLineIsReadWholeLater() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2).substring(0, 20));
        assertEquals(1, rig.load().rejected());
        rig.append(set(2).substring(20));
        assertEquals(new JsonlStatus(1, 1, 0, 0, 2, true), rig.load());
        assertEquals(List.of("k1", "k2"), keys(rig));
    }

    @Test
    void refusesAnotherFileUnlessItIsAskedFor() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2) + set(3));
        rig.load();
        refused(rig, set(1) + set(2), "it has 72 bytes, and 108 were read from it");
        refused(rig, set(9) + set(2) + set(3), "it begins with other bytes");
        String long1 = set(0).replace("v", "v".repeat(5000));
        rig.write(long1 + set(1));
        rig.load(rig.open(JsonlInput.of(rig.file), true));
        refused(rig, long1 + set(2), "its line 2 is another");
        rig.write(long1 + set(1) + set(5));
        assertEquals(1, rig.load().appended());
    }

    private static void refused(JsonlRig rig, String text, String why) {
        rig.write(text);
        CdcException.Invalid refused = assertThrows(CdcException.Invalid.class, rig::open);
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(why), message);
        assertTrue(message.contains("--from-beginning"), message);
        assertTrue(message.contains(rig.file.toString()), message);
    }

    @Test
    void aShardThatANewerLoadHasNotReachedDoesNotMoveItsPlace() {
        JsonlRig rig = rig();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 30; i++) {
            text.append("{\"shard\":%d,\"op\":\"SET\",\"key\":\"k%d\",\"value\":\"v\"}\n".formatted(i % SHARDS, i));
        }
        rig.write(text.toString());
        rig.load();
        JsonlSource again = rig.open(JsonlInput.of(rig.file), true);
        rig.publisher.meanwhile(() -> {
            if (rig.publisher.commands().size() == 31) {
                again.close();
                rig.publisher.full(true);
            }
        });
        again.run();
        rig.publisher.commit();
        rig.publisher.full(false);
        assertEquals(29, rig.load().appended());
        assertEquals(60, keys(rig).size());
    }

    @Test
    void keepsNoPlaceInAStream() {
        JsonlRig rig = rig();
        JsonlSource source = rig.open(JsonlRig.stream(set(1) + "x\n" + set(3).strip()), false);
        assertEquals(new JsonlStatus(3, 2, 0, 1, 3, true), rig.load(source));
        assertTrue(rig.records().stream().allMatch(each -> each.sourcePosition() == null));
    }

    @Test
    void refusesADatabaseThatFollowsAKoraDirectory() {
        JsonlRig rig = rig();
        rig.publisher.sourcePosition(1, Bytes.of(new byte[] {1, 0, 0}));
        CdcException.Invalid refused = assertThrows(CdcException.Invalid.class, rig::open);
        assertTrue(String.valueOf(refused.getMessage()).contains("Kora directory"), refused.toString());
        assertEquals(1, rig.load(rig.open(JsonlRig.stream(set(1)), false)).appended());
    }

    @Test
    void saysUpToWhereItIsCommittedWhenThePublisherStops() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2) + set(3) + set(4));
        JsonlSource source = rig.open();
        rig.publisher.meanwhile(() -> {
            if (rig.publisher.commands().size() == 3) {
                rig.publisher.commit(2);
                rig.publisher.refuse(new CdcException.Fenced("a newer writer has taken over", null));
            }
        });
        CdcException.Fenced stopped = assertThrows(CdcException.Fenced.class, source::run);
        String message = String.valueOf(stopped.getMessage());
        assertTrue(message.contains("committed up to line 2"), message);
        assertTrue(message.contains("newer writer"), message);
        assertTrue(message.contains("goes on at line 3"), message);
        assertEquals(2, source.status().appended());
    }

    @Test
    void aReadingFromTheBeginningThatEndsBeforeItsFirstCommitIsAskedForAgain() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2) + set(3) + set(4));
        rig.load();
        assertFromBeginningStops(
                rig,
                0,
                "start again with --from-beginning, for without it a line of an earlier reading is gone on behind");
        assertFalse(rig.notices.toString().contains("first lines are committed"), rig.notices::toString);
        // What it would be to start without it: the older reading has come to the end.
        assertEquals(new JsonlStatus(0, 0, 0, 0, 4, true), rig.load());

        assertFromBeginningStops(rig, 2, "start again without --from-beginning, and it goes on at line 3");
        assertEquals(
                1,
                rig.notices.stream()
                        .filter(
                                each -> each.endsWith(
                                        "its first lines are committed; a start without --from-beginning now goes on behind them"))
                        .count(),
                rig.notices::toString);
        assertEquals(new JsonlStatus(2, 2, 0, 0, 4, true), rig.load());
        assertEquals(List.of("k1", "k2", "k3", "k4", "k1", "k2", "k3", "k4"), keys(rig));
    }

    /** The publisher commits so many lines of the first two and stops; the rest is gone, as with its process. */
    private static void assertFromBeginningStops(JsonlRig rig, int committed, String next) {
        JsonlSource source = rig.open(JsonlInput.of(rig.file), true);
        AtomicInteger looks = new AtomicInteger();
        rig.publisher.meanwhile(() -> {
            if (rig.publisher.uncommitted() == 2 && looks.incrementAndGet() == 1) {
                rig.publisher.commit(committed);
            } else if (looks.get() > 0) {
                rig.publisher.refuse(new CdcException.Fenced("a newer writer has taken over", null));
            }
        });
        CdcException.Fenced stopped = assertThrows(CdcException.Fenced.class, source::run);
        assertTrue(String.valueOf(stopped.getMessage()).endsWith(next), stopped.toString());
        rig.publisher.meanwhile(() -> {});
        rig.publisher.refuse(null);
        rig.publisher.crash();
    }

    @Test
    void saysWhatCannotBeRead() {
        refusedInput(directory.resolve("none"), "does not exist");
        refusedInput(directory, "is a directory");
    }

    private static void refusedInput(Path path, String why) {
        CdcException.Invalid refused = assertThrows(CdcException.Invalid.class, () -> JsonlInput.of(path));
        assertEquals(path + " " + why, String.valueOf(refused.getMessage()).substring(0, (path + " " + why).length()));
    }

    @Test
    void reportsNowAndThenHowFarItHasCome() {
        JsonlRig rig = rig();
        rig.write(set(1) + set(2) + set(3) + set(4));
        JsonlSource source = rig.open();
        rig.publisher.meanwhile(() -> {
            rig.nanos += 3_000_000_000L;
            rig.publisher.commit();
        });
        source.run();
        assertTrue(rig.notices.getFirst().endsWith("input.jsonl: 2 lines, 0 lines/s, 50.0 %"), rig.notices::toString);
        assertEquals(2, rig.notices.size(), rig.notices::toString);
    }
}
