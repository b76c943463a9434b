package dev.kora.cdc.stack.cli;

import static dev.kora.cdc.stack.cli.FakeCluster.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.reader.LoggedEntry;
import dev.kora.cdc.reader.PoisonException;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.stack.cli.Tail.From;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

final class TailTest {
    private final FakeCluster fake = new FakeCluster(3);
    private final Printed printed = new Printed();
    private final List<String> notices = new ArrayList<>();
    private long nanos;

    @Test
    void printsAllShardsByTimeAndEachInOrder() throws IOException {
        fake.log.setPollRecords(2);
        fake.wal.get(0).at(10).open().at(13).append(set("a"), set("b")).at(19).append(set("c"));
        fake.wal.get(1).at(11).open().at(14).append(set("d")).at(20).append(set("e"));
        fake.wal.get(2).at(12).open();

        tail(From.BEGINNING, false).run(printed);

        assertEquals(List.of("0:1", "1:1", "2:1", "0:2", "0:3", "1:2", "0:4", "1:3"), printed.seen);
        assertEquals(List.of(), notices);
        assertTrue(printed.flushed());
    }

    @Test
    void endsAtTheEndOfTheMomentItBegan() throws IOException {
        fake.wal.get(0).open().append(set("a"));
        Tail tail = tail(From.BEGINNING, false);
        fake.wal.get(0).append(set("b"));
        fake.wal.get(1).open();
        tail.run(printed);
        assertEquals(List.of("0:1", "0:2"), printed.seen);
    }

    @Test
    void fromTheEndAndNotFollowingIsNothing() throws IOException {
        fake.wal.get(0).open().append(set("a"));
        tail(From.END, false).run(printed);
        assertEquals(List.of(), printed.seen);
    }

    @Test
    void endsBehindAbortedDataAndBeforeAnOpenTransaction() throws IOException {
        fake.wal.get(0).open().abort(Collections.nCopies(10, fake.wal.get(0).record(heartbeat())));
        LogWriter other = fake.log.openWriter("other", Duration.ofSeconds(15));
        other.initialize();
        other.begin();
        other.send(fake.cluster.wal(0), fake.wal.get(0).record(heartbeat()));
        tail(From.BEGINNING, false).run(printed);
        assertEquals(List.of("0:1"), printed.seen);
    }

    @Test
    void followsWhatComesAndShowsItAtOnce() throws IOException {
        fake.wal.get(0).open();
        Tail tail = tail(From.END, true);
        steps(tail, 5);
        fake.wal.get(0).append(set("a"));
        fake.wal.get(2).open();
        steps(tail, 2);
        assertEquals(List.of("0:2", "2:1"), printed.seen);
        assertTrue(printed.flushed());
        fake.wal.get(0).append(set("b"));
        steps(tail, 2);
        assertEquals(List.of("0:2", "2:1", "0:3"), printed.seen);
    }

    @Test
    void followsFromTheBeginning() throws IOException {
        fake.wal.get(0).open().append(set("a"));
        Tail tail = tail(From.BEGINNING, true);
        steps(tail, 3);
        fake.wal.get(0).append(set("b"));
        steps(tail, 3);
        assertEquals(List.of("0:1", "0:2", "0:3"), printed.seen);
    }

    @Test
    void printsOnlyWhatIsWanted() throws IOException {
        fake.wal.get(0).open().append(set("user:1"), Control.HEARTBEAT, set("order:1"), set("user:2"));
        tail(From.BEGINNING, false, List.of(0), new KeyPattern(Glob.of(Bytes.utf8("user:*"))))
                .run(printed);
        assertEquals(List.of("0:2", "0:5"), printed.seen);
    }

    @Test
    void printsOneShardAlone() throws IOException {
        fake.wal.get(0).open();
        fake.wal.get(1).open();
        tail(From.BEGINNING, false, List.of(1), any -> true).run(printed);
        assertEquals(List.of("1:1"), printed.seen);
    }

    @Test
    void saysThatEarlierEntriesAreGone() throws IOException {
        fake.wal.get(1).open().append(set("a"), set("b"));
        fake.log.deleteBefore(fake.cluster.wal(1), 3);
        tail(From.BEGINNING, false).run(printed);
        assertEquals(List.of("1:3"), printed.seen);
        assertEquals(1, notices.size());
        assertTrue(notices.getFirst().contains("shard 1 at offset 3"), notices::toString);
        assertTrue(notices.getFirst().contains("kora.snapshot"), notices::toString);
    }

    @Test
    void printsWhatComesBeforeABreakAndThenSaysWhere() {
        fake.wal.get(0).open().append(set("a")).put(new WalEntry(1, 9, 0, Control.HEARTBEAT));
        Tail tail = tail(From.BEGINNING, false, List.of(0), any -> true);
        PoisonException poison = assertThrows(PoisonException.class, () -> tail.run(printed));
        assertEquals(4, poison.offset());
        assertEquals(List.of("0:1", "0:2"), printed.seen);
    }

    @Test
    void aShardOfWhichNothingComesHoldsNobodyUpWhereItIsFollowed() throws IOException {
        fake.wal.get(0).open();
        fake.wal.get(1).open();
        Tail tail = tail(From.BEGINNING, true);
        fake.log.failNext(Op.POLL, LogException.Kind.TIMED_OUT);
        steps(tail, 1);
        assertEquals(List.of("1:1"), printed.seen, "shard 0 did not answer");
        assertEquals(1, notices.size());
        steps(tail, 2);
        assertEquals(List.of("1:1", "0:1"), printed.seen);
    }

    @Test
    void givesUpWhereNothingComesBeforeTheEnd() {
        fake.wal.get(0).open();
        Tail tail = tail(From.BEGINNING, false);
        fake.log.setAvailable(false);
        nanos += Duration.ofSeconds(31).toNanos();
        var away = assertThrows(CdcException.Unavailable.class, () -> tail.run(printed));
        assertTrue(String.valueOf(away.getMessage()).contains("kora.wal-0"), away::toString);
    }

    @Test
    void isFairToAShardWithLittleWhereAnotherHasMuch() throws IOException {
        fake.wal.get(0).at(5).open().append(Collections.nCopies(2_000, set("a")));
        fake.wal.get(1).at(4).open().at(6).append(set("b"));
        tail(From.BEGINNING, false).run(printed);
        assertEquals("1:1", printed.seen.getFirst());
        assertEquals("1:2", printed.seen.getLast());
        assertEquals(2_003, printed.seen.size());
    }

    private void steps(Tail tail, int number) throws IOException {
        for (int i = 0; i < number; i++) {
            assertTrue(tail.step(printed));
        }
    }

    private Tail tail(From from, boolean follow) {
        Tail.Selection all = new Tail.Selection(List.of(0, 1, 2), from, follow, any -> true);
        return Tail.open(fake.cluster, all, notices::add, () -> nanos);
    }

    private Tail tail(From from, boolean follow, List<Integer> shards, Predicate<WalEntry.Content> wanted) {
        return Tail.open(fake.cluster, new Tail.Selection(shards, from, follow, wanted), notices::add, () -> nanos);
    }

    private static WalEntry heartbeat() {
        return new WalEntry(1, 99, 0, Control.HEARTBEAT);
    }

    /** Keeps shard and sequence of what was printed. */
    private static final class Printed implements EntrySink {
        private final List<String> seen = new ArrayList<>();
        private int shown;

        @Override
        public void print(int shard, LoggedEntry entry) {
            seen.add(shard + ":" + entry.entry().sequence());
        }

        @Override
        public void flush() {
            shown = seen.size();
        }

        boolean flushed() {
            return shown == seen.size();
        }
    }
}
