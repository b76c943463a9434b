package dev.kora.cdc.consumer.materializer;

import static dev.kora.cdc.consumer.materializer.MaterializerRig.SNAPSHOT;
import static dev.kora.cdc.consumer.materializer.MaterializerRig.WAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.materializer.ShardLoop.Phase;
import dev.kora.cdc.consumer.truncation.TruncationPolicy;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.SnapshotRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * However commits, markers, holds, failures, crashes, owners and losses of power interleave, the WAL never begins behind what is
 * sure: a checkpoint that is committed and old enough, each hold, the last entry, and what was asked for. And it does begin there in the
 * end, with the state that a fold of everything leads to. Invariant I13 of docs/architecture.md.
 */
final class TruncationPropertyTest {
    private static final int RUNS = 150;
    private static final List<Op> FAILING = List.of(
            Op.DELETE_BEFORE, Op.DELETE_BEFORE, Op.ENDS, Op.TOPIC_ID, Op.COMMITTED_OFFSET, Op.SIZE, Op.COMMIT, Op.POLL);

    @Test
    void theLogNeverBeginsBehindWhatIsSureAndEndsUpThere() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        long truncations = 0;
        for (int run = 0; run < RUNS; run++) {
            long runSeed = seed + run;
            try {
                truncations += new Run(new Random(runSeed)).check();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed; repeat with -Dkora.seed=" + runSeed, e);
            }
        }
        assertTrue(truncations > RUNS, "truncated " + truncations + " times in all");
    }

    private static final class Run {
        private final Random random;
        private final RandomRecords records;
        private final MaterializerRig rig = new MaterializerRig();
        private final Duration minAge;
        private final List<String> holds;
        private final boolean marked;
        /** Positions of the checkpoints, by the time at which they were first seen. */
        private final TreeMap<Long, Long> committed = new TreeMap<>();

        private final Map<String, Long> held = new HashMap<>();

        private final List<Owner> former = new ArrayList<>();
        private Owner owner;
        private long snapshotEnd;
        private long asked;
        private long lastStart;
        private long moves;

        Run(Random random) {
            this.random = random;
            this.records = new RandomRecords(random);
            this.minAge = Duration.ofSeconds(random.nextInt(90));
            this.holds = List.of("one", "two").subList(0, random.nextInt(3));
            this.marked = random.nextInt(4) > 0;
            rig.log.setPollRecords(1 + random.nextInt(30));
            rig.config = rig.config
                    .withFlush(1 + random.nextInt(20_000), Duration.ofMillis(random.nextInt(100)))
                    .withTruncation(TruncationPolicy.DEFAULT
                            .withMarkers(marked)
                            .withMinAge(minAge)
                            .withHolds(holds)
                            .withInterval(Duration.ofSeconds(1 + random.nextInt(60))));
            rig.wal.open();
            this.owner = rig.owner();
        }

        long check() {
            for (int i = 0; i < 200; i++) {
                write();
                disturb();
                drive();
            }
            settleAndTruncate();
            StateChecker.check(rig);
            owner.finish();
            rig.log.compact(SNAPSHOT, Long.MAX_VALUE, true);
            rig.store.lose();
            owner = rig.settled();
            StateChecker.check(rig);
            return moves;
        }

        private void write() {
            rig.log.heal();
            switch (random.nextInt(8)) {
                case 0 -> rig.wal.append(Control.HEARTBEAT);
                case 1, 2 -> mark();
                case 3 -> rig.wal.abort(List.of(LogRecord.of(1, null, Bytes.EMPTY, Map.of())));
                default -> rig.wal.append(records.record(), records.record());
            }
        }

        private void mark() {
            rig.wal.append(Control.TRUNCATE);
            if (marked) {
                asked = Math.max(asked, lastEntry());
            }
        }

        private long lastEntry() {
            return rig.log.committed(WAL).getLast().offset();
        }

        private void disturb() {
            switch (random.nextInt(14)) {
                case 0, 1 -> fail();
                case 2 -> rig.log.compact(SNAPSHOT, random.nextLong(snapshotEnd + 1), random.nextInt(4) == 0);
                case 3 -> {
                    owner.crash(random.nextInt(10));
                    owner = rig.owner();
                }
                case 4 -> {
                    former.add(owner);
                    owner = rig.ownerElsewhere(random.nextInt(10));
                }
                case 5 -> rig.log.forgetDeletions(WAL, random.nextLong(lastStart + 1));
                case 6, 7 -> holds.forEach(this::moveOn);
                case 8 -> {
                    asked = Long.MAX_VALUE;
                    owner.truncate(random.nextInt(4) == 0);
                }
                default -> {}
            }
        }

        private void moveOn(String group) {
            long from = held.getOrDefault(group, 0L);
            long to = from + random.nextLong(rig.log.peekEnds(WAL).lastStable() - from + 1);
            held.put(group, to);
            rig.log.commitOffset(group, WAL, to);
        }

        private void fail() {
            Op op = FAILING.get(random.nextInt(FAILING.size()));
            boolean refused = op == Op.DELETE_BEFORE && random.nextInt(4) == 0;
            rig.log.failNext(op, refused ? Kind.REFUSED : Kind.TIMED_OUT, !refused && random.nextBoolean());
        }

        private void drive() {
            for (int i = random.nextInt(15); i > 0; i--) {
                step(owner);
                if (!former.isEmpty() && random.nextInt(4) == 0) {
                    stepFormer(former.get(random.nextInt(former.size())));
                }
                rig.clock.advanceNanos(random.nextInt(20) == 0 ? random.nextLong(40_000_000_000L) : 2_000_000);
            }
            if (owner.loop.ended() || owner.loop.phase() == Phase.HALTED) {
                throw new AssertionError("halted: " + owner.status());
            }
        }

        /** One that does not know yet that it is the owner no more; it learns it before it could take the shard back. */
        private void stepFormer(Owner each) {
            if (each.loop.phase() != Phase.OPENING && each.loop.phase() != Phase.AWAY) {
                step(each);
            }
        }

        private void step(Owner each) {
            rig.clock.advanceNanos(each.step());
            seeCheckpoints();
            checkStart();
        }

        private void seeCheckpoints() {
            long end = rig.log.peekEnds(SNAPSHOT).highWatermark();
            if (end > snapshotEnd) {
                snapshotEnd = end;
                List<SnapshotRow.Checkpoint> all = rig.checkpoints();
                if (!all.isEmpty()) {
                    committed.put(rig.clock.getAsLong(), all.getLast().position());
                }
            }
        }

        private void checkStart() {
            long start = rig.log.peekEnds(WAL).start();
            moves += start > lastStart ? 1 : 0;
            if (start > lastStart) {
                var old = committed.floorEntry(rig.clock.getAsLong() - minAge.toNanos());
                assertTrue(old != null && start <= old.getValue(), () -> start + " is not covered long enough: " + old);
                assertTrue(start <= lastEntry(), () -> start + " is behind the last entry");
                assertTrue(start <= asked, () -> start + " is more than was asked for: " + asked);
                for (String hold : holds) {
                    assertTrue(
                            start <= held.getOrDefault(hold, 0L),
                            () -> start + " overtakes a hold: " + hold + held + owner.status());
                }
            }
            lastStart = start;
        }

        private void settleAndTruncate() {
            rig.log.heal();
            former.forEach(each -> {
                each.loop.abandon();
                each.step();
            });
            rig.wal.append(Control.HEARTBEAT);
            mark();
            holds.forEach(hold ->
                    rig.log.commitOffset(hold, WAL, rig.log.peekEnds(WAL).lastStable()));
            for (int i = 0; i < 8; i++) {
                rig.clock.advanceNanos(Duration.ofMinutes(2).toNanos());
                owner.settle();
                owner.step();
            }
            if (!marked) {
                owner.truncate(false);
            }
            assertEquals(lastEntry(), rig.log.peekEnds(WAL).start(), () -> "limited: " + owner.status());
            rig.wal.append(Control.HEARTBEAT);
            owner.settle();
            assertEquals(
                    rig.log.peekEnds(WAL).start(),
                    rig.checkpoints().getLast().truncatedTo(),
                    "recorded by the next commit");
        }
    }
}
