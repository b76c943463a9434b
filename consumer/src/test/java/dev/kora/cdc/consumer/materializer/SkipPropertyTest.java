package dev.kora.cdc.consumer.materializer;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.materializer.ShardLoop.Phase;
import dev.kora.cdc.consumer.shard.Halt;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * However poison, failures, crashes and changes of owners interleave: with an operator who skips whatever the shard is halted at, the
 * end is a straight fold of everything else, and every skip is one that was asked for. Invariants I5 to I7 and I10.
 */
final class SkipPropertyTest {
    private static final int RUNS = 150;

    @Test
    void endsInAFoldOfWhatWasNotSkipped() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        int skips = 0;
        for (int run = 0; run < RUNS; run++) {
            long runSeed = seed + run;
            try {
                skips += new Run(new Random(runSeed)).check();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed; repeat with -Dkora.seed=" + runSeed, e);
            }
        }
        assertTrue(skips > RUNS, "only " + skips + " entries were skipped");
    }

    private static final class Run {
        private final Random random;
        private final RandomRecords records;
        private final MaterializerRig rig = new MaterializerRig();
        private final TreeSet<Long> poison = new TreeSet<>();
        private long strangers;
        private Owner owner;

        Run(Random random) {
            this.random = random;
            this.records = new RandomRecords(random);
            rig.log.setPollRecords(1 + random.nextInt(30));
            rig.wal.open();
            owner = rig.owner();
        }

        int check() {
            for (int i = 0; i < 60; i++) {
                rig.log.heal();
                write();
                disturb();
                drive();
            }
            rig.log.heal();
            // The first may fall victim to poison before it, for which it may be that it does not continue the log.
            rig.wal.append(Control.HEARTBEAT).append(Control.HEARTBEAT).append(Control.HEARTBEAT);
            settle();
            StateChecker.check(rig);
            checkSkips();
            owner.finish();
            rig.log.compact(MaterializerRig.SNAPSHOT, Long.MAX_VALUE, true);
            rig.store.lose();
            owner = rig.settled();
            StateChecker.check(rig);
            return rig.skipped.size();
        }

        private void write() {
            if (random.nextInt(4) > 0) {
                rig.wal.append(records.record());
                return;
            }
            long epoch = rig.wal.epoch();
            long next = rig.wal.sequence() + 1;
            poison.add(rig.log.ends(MaterializerRig.WAL).highWatermark());
            // Far off: near by they would be taken for what comes behind a record that nobody can read.
            switch (random.nextInt(7)) {
                case 0 -> rig.wal.commit(List.of(garbage()));
                case 1 -> rig.wal.lose(1).commit(List.of(garbage()));
                case 2 -> rig.wal.commit(List.of(rig.wal.unknownOp()));
                case 3 -> rig.wal.lose(100 + random.nextInt(3)).append(records.record());
                case 4 -> rig.wal.put(new WalEntry(epoch, next + (strangers += 1_000), 0, records.record()));
                case 5 -> rig.wal.put(new WalEntry(epoch + 1_000, next, 0, Control.WRITER_OPENED));
                default -> rig.wal.put(new WalEntry(epoch + 3, 1, 0, records.record()));
            }
        }

        private LogRecord garbage() {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            return LogRecord.of(0, Bytes.utf8("k"), random.nextInt(5) == 0 ? null : Bytes.of(bytes), Map.of());
        }

        private void disturb() {
            switch (random.nextInt(12)) {
                case 0 -> rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, random.nextBoolean());
                case 1 -> rig.log.failNext(Op.COMMIT, Kind.REOPEN, random.nextBoolean());
                case 2 -> rig.log.failNext(Op.SEND, Kind.ABORTABLE);
                case 3 -> rig.log.failNext(Op.POLL, Kind.TIMED_OUT);
                case 4 -> {
                    owner.crash(random.nextInt(5));
                    owner = rig.owner();
                }
                case 5 -> {
                    owner.finish();
                    owner = rig.owner();
                }
                case 6 -> {
                    owner.finish();
                    rig.store.lose();
                    owner = rig.owner();
                }
                default -> {}
            }
        }

        private void drive() {
            for (int i = random.nextInt(20); i > 0; i--) {
                operate();
                rig.clock.advanceNanos(owner.step());
            }
        }

        private void operate() {
            Halt halt = owner.status().halt();
            if (owner.loop.phase() == Phase.HALTED && halt != null && random.nextInt(3) > 0) {
                assertTrue(halt.skippable(), halt::toString);
                long offset = requireNonNull(halt.offset());
                rig.skipped.add(offset);
                var order = owner.loop.order(random.nextInt(5) == 0 ? null : new Orders.Skip(offset, "run"));
                assertFalse(order.isDone(), "it was halted");
            }
        }

        private void settle() {
            for (int i = 0; i < 1_000; i++) {
                owner.settle();
                if (owner.loop.phase() != Phase.HALTED) {
                    return;
                }
                operate();
                owner.step();
            }
            throw new AssertionError("halted for ever: " + owner.status());
        }

        /** Nothing is skipped but poison, and what stands right behind some: for which it may be that it does not continue the log. */
        private void checkSkips() {
            assertTrue(rig.skipped.containsAll(poison), () -> poison + " but skipped " + rig.skipped);
            List<Long> offsets = new ArrayList<>();
            rig.log.committed(MaterializerRig.WAL).forEach(each -> offsets.add(each.offset()));
            for (long each : rig.skipped) {
                int index = offsets.indexOf(each);
                assertTrue(
                        poison.contains(each) || rig.skipped.contains(offsets.get(index - 1)),
                        () -> each + " was skipped, and neither is it poison nor is what stands before it");
            }
            SnapshotRow.Skips recorded = rig.checkpoints().getLast().skips();
            if (rig.skipped.isEmpty()) {
                assertNull(recorded);
            } else {
                assertEquals(rig.skipped.size(), recorded == null ? 0 : recorded.count());
            }
        }
    }
}
