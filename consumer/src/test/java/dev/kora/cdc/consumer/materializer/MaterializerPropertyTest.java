package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.consumer.materializer.MaterializerRig.Owner;
import dev.kora.cdc.consumer.materializer.ShardLoop.Phase;
import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.RandomRecords;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * However commits, failures, crashes, compaction and changes of owners interleave, the end is a straight fold of the WAL.
 * Invariants I5 to I8 of docs/architecture.md.
 */
final class MaterializerPropertyTest {
    private static final int RUNS = 200;
    private static final List<Op> FAILING = List.of(
            Op.INITIALIZE,
            Op.BEGIN,
            Op.SEND,
            Op.SEND_OFFSET,
            Op.COMMIT,
            Op.COMMIT,
            Op.ABORT,
            Op.POLL,
            Op.ENDS,
            Op.TOPIC_ID,
            Op.COMMITTED_OFFSET);

    @Test
    void endsInAStraightFoldOfTheWalWhateverHappens() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        for (int run = 0; run < RUNS; run++) {
            long runSeed = seed + run;
            try {
                new Run(new Random(runSeed)).check();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed; repeat with -Dkora.seed=" + runSeed, e);
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final RandomRecords records;
        private final MaterializerRig rig = new MaterializerRig();
        private final List<Owner> former = new ArrayList<>();
        private long timeMs = 1_750_000_000_000L;
        private Owner owner;

        Run(Random random) {
            this.random = random;
            this.records = new RandomRecords(random);
            rig.log.setPollRecords(1 + random.nextInt(30));
            rig.config = rig.config
                    .withBatch(
                            Duration.ofMillis(random.nextInt(20)), 1 + random.nextInt(300), 1 + random.nextInt(100_000))
                    .withFlush(1 + random.nextInt(20_000), Duration.ofMillis(random.nextInt(100)));
            rig.wal.at(timeMs).open();
            this.owner = rig.owner();
        }

        void check() {
            for (int i = 0; i < 150; i++) {
                write();
                disturb();
                drive();
            }
            healAndSettle();
            StateChecker.check(rig);
            rebuild();
            StateChecker.check(rig);
        }

        /** A lost store comes back the same, from a partition that was compacted. */
        private void rebuild() {
            owner.finish();
            rig.log.compact(MaterializerRig.SNAPSHOT, Long.MAX_VALUE, true);
            rig.store.lose();
            owner = rig.settled();
        }

        private void write() {
            rig.log.heal();
            timeMs += random.nextInt(10) == 0 ? random.nextLong(30L * 24 * 3600 * 1000) : random.nextInt(1000);
            rig.wal.at(timeMs);
            switch (random.nextInt(8)) {
                case 0 -> rig.wal.append(Control.HEARTBEAT);
                case 1 -> rig.wal.append(Control.TRUNCATE);
                case 2 -> reopenWriter();
                case 3 -> rig.wal.abort(List.of(rig.wal.record(new WalEntry(1, 1, timeMs, record()))));
                default -> rig.wal.append(commands());
            }
        }

        private void reopenWriter() {
            if (random.nextInt(5) == 0) {
                rig.wal.open();
            }
        }

        private List<WalEntry.Content> commands() {
            List<WalEntry.Content> commands = new ArrayList<>();
            for (int i = random.nextInt(10); i >= 0; i--) {
                commands.add(record());
            }
            return commands;
        }

        private WalRecord record() {
            WalRecord record = records.record();
            boolean tooOften = record instanceof WalRecord.FlushDb && random.nextInt(10) > 0;
            return tooOften ? new WalRecord.RPush(records.key(), List.of(records.bytes())) : record;
        }

        private void disturb() {
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> fail();
                case 3 -> compact();
                case 4 -> {
                    owner.crash(random.nextInt(10));
                    owner = rig.owner();
                }
                case 5 -> replaceInSilence();
                case 6 -> {
                    owner.finish();
                    owner = rig.owner();
                }
                case 7 -> timeOut();
                case 8 -> rig.log.newLeader(random.nextBoolean() ? MaterializerRig.SNAPSHOT : MaterializerRig.WAL);
                case 9 -> {
                    rig.log.setAvailable(false);
                    drive();
                    rig.log.heal();
                }
                default -> {}
            }
        }

        /** A new owner comes while the old one does not know yet. */
        private void replaceInSilence() {
            former.add(owner);
            owner = rig.ownerElsewhere(random.nextInt(10));
        }

        private void fail() {
            Op op = FAILING.get(random.nextInt(FAILING.size()));
            List<Kind> kinds = switch (op) {
                case SEND, SEND_OFFSET, COMMIT, ABORT -> List.of(Kind.TIMED_OUT, Kind.ABORTABLE, Kind.REOPEN);
                case BEGIN, INITIALIZE -> List.of(Kind.TIMED_OUT, Kind.REOPEN);
                default -> List.of(Kind.TIMED_OUT);
            };
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            // What is abortable has had no effect.
            rig.log.failNext(op, kind, kind != Kind.ABORTABLE && random.nextBoolean());
        }

        private void timeOut() {
            if (owner.loop.phase() == Phase.FOLDING) {
                try {
                    rig.log.timeOutTransaction(MaterializerRig.TRANSACTIONAL_ID);
                } catch (IllegalStateException nothingWasSentYet) {
                    return;
                }
            }
        }

        private void compact() {
            long end = rig.log.ends(MaterializerRig.SNAPSHOT).highWatermark();
            rig.log.compact(MaterializerRig.SNAPSHOT, random.nextLong(end + 1), random.nextInt(4) == 0);
        }

        private void drive() {
            for (int i = random.nextInt(15); i > 0; i--) {
                rig.clock.advanceNanos(owner.step());
                if (!former.isEmpty() && random.nextInt(4) == 0) {
                    former.get(random.nextInt(former.size())).step();
                }
            }
            if (owner.loop.ended() || owner.loop.phase() == Phase.HALTED) {
                throw new AssertionError("halted: " + owner.status());
            }
        }

        private void healAndSettle() {
            rig.log.heal();
            former.forEach(each -> each.group.lose(0));
            for (int i = 0; i < 5; i++) {
                rig.clock.advanceNanos(Duration.ofMinutes(1).toNanos());
                owner.settle();
                former.forEach(Owner::step);
            }
        }
    }
}
