package dev.kora.cdc.producer.publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.publisher.PublisherRig.Told;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Headers;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A publisher under random failures of the log, crashes and successors: what it acknowledged is in the log once and in order, what
 * it did not is there once or not at all, a command is there whole or not at all, and it always goes on by itself. Invariants I1 to
 * I3 of docs/architecture.md.
 */
class CommitLoopPropertyTest {
    private static final int SHARDS = 3;

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void nothingIsLostDoubledOrReorderedWhateverFails() {
        for (int run = 0; run < 300; run++) {
            try {
                new Story().tell();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("run " + run + ", -Dkora.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** What a command asked for, by shard, and what became of it. */
    private record Sent(Map<Integer, List<String>> texts, Told told) {}

    /** One database over the lives of several publishers. */
    private final class Story {
        private final PublisherRig rig = new PublisherRig(SHARDS);
        private final List<Sent> sent = new ArrayList<>();
        private PublisherCore core;
        private int next;
        /** Whether the answer of a commit that was done is to be lost: then it cannot be told that it was not done. */
        private boolean doneUnanswered;

        Story() {
            rig.config = rig.config
                    .withBufferBytes(1 << 13)
                    .withBatch(Duration.ofMillis(20), 1 + random.nextInt(20), 1 << 12);
            core = rig.opened();
        }

        void tell() {
            for (int i = 0; i < 300; i++) {
                act();
            }
            rig.log.heal();
            rig.settle(core);
            assertFalse(core.loop().ended(), () -> "ended: " + core.status());
            assertEquals(0, core.backlog().pendingEntries());
            check();
        }

        private void act() {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6 -> append();
                case 7, 8, 9, 10, 11, 12 -> step();
                case 13, 14, 15 -> failNext();
                case 16 -> rig.log.setAvailable(random.nextBoolean());
                case 17 -> timeOutNext();
                case 18 -> rig.pass(core, Duration.ofMillis(random.nextInt(3_000)));
                default -> crash();
            }
        }

        private void append() {
            Map<Integer, List<String>> texts = new TreeMap<>();
            List<ShardRecord> command = new ArrayList<>();
            for (int n = 1 + random.nextInt(Math.min(3, rig.config.batchRecords())); n > 0; n--) {
                int shard = random.nextInt(SHARDS);
                String text = "v" + next++ + "x".repeat(random.nextInt(100));
                texts.computeIfAbsent(shard, s -> new ArrayList<>()).add(text);
                command.add(new ShardRecord(shard, PublisherRig.set(text), Bytes.utf8(text)));
            }
            Told told = new Told();
            if (core.intake().takeCommand(command, told)) {
                sent.add(new Sent(texts, told));
            }
        }

        private void step() {
            Rest rest = rig.step(core);
            rig.clock.advanceNanos(rest.nanos());
            if (random.nextInt(20) == 0) {
                rig.clock.jumpMillis(random.nextInt(2_000) - 1_000);
            }
        }

        /** Failures as Kafka has them: one that says what is not so would be a fault of the log's. */
        private void failNext() {
            boolean applied = random.nextBoolean();
            switch (random.nextInt(11)) {
                case 0 -> {
                    rig.log.failNext(Op.COMMIT, Kind.TIMED_OUT, applied);
                    doneUnanswered |= applied;
                }
                case 1 -> rig.log.failNext(Op.COMMIT, Kind.REOPEN, applied);
                case 2 -> {
                    if (!doneUnanswered) {
                        rig.log.failNext(Op.COMMIT, Kind.ABORTABLE);
                    }
                }
                case 3 -> rig.log.failNext(Op.SEND, Kind.ABORTABLE);
                case 4 -> rig.log.failNext(Op.SEND, Kind.REOPEN);
                case 5 -> rig.log.failNext(Op.ABORT, Kind.TIMED_OUT, applied);
                case 6 -> rig.log.failNext(Op.ABORT, Kind.REOPEN, applied);
                case 7 -> rig.log.failNext(Op.INITIALIZE, Kind.TIMED_OUT, applied);
                case 8 -> rig.log.failNext(Op.INITIALIZE, Kind.REOPEN, applied);
                case 9 -> rig.log.failNext(Op.ENDS, Kind.TIMED_OUT);
                default -> rig.log.failNext(Op.BEGIN, Kind.REOPEN);
            }
        }

        private void timeOutNext() {
            rig.log.beforeNext(random.nextBoolean() ? Op.COMMIT : Op.SEND, () -> {
                try {
                    rig.log.timeOutTransaction(PublisherRig.TRANSACTIONAL_ID);
                } catch (IllegalStateException e) {
                    // None is open: then none runs into its time-out.
                }
            });
        }

        /** The process dies, or is passed over while it sleeps; a successor opens, and the old one must notice. */
        private void crash() {
            rig.log.heal();
            doneUnanswered = false;
            PublisherCore old = core;
            core = rig.opened();
            if (random.nextBoolean()) {
                for (int i = 0; i < 200 && !old.loop().ended(); i++) {
                    rig.clock.advanceNanos(Math.max(1, rig.step(old).nanos()));
                }
                assertTrue(old.loop().ended(), () -> "an old writer goes on: " + old.status());
                assertFalse(core.loop().ended(), () -> "the successor ended: " + core.status());
            }
        }

        private void check() {
            Set<String> there = new HashSet<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                there.addAll(checkShard(shard));
            }
            sent.forEach(command -> checkCommand(command, there));
        }

        /** Returns what the shard holds. */
        private List<String> checkShard(int shard) {
            List<String> logged = texts(rig.entries(shard));
            Set<String> there = new HashSet<>(logged);
            List<String> ordered = sent.stream()
                    .flatMap(each -> each.texts.getOrDefault(shard, List.of()).stream())
                    .filter(there::contains)
                    .toList();
            assertEquals(ordered, logged, "shard " + shard);
            if (!logged.isEmpty()) {
                assertEquals(
                        Bytes.utf8(logged.getLast()),
                        rig.committed(shard).getLast().headers().get(Headers.SOURCE_POSITION));
            }
            return logged;
        }

        private void checkCommand(Sent command, Set<String> there) {
            List<String> texts =
                    command.texts.values().stream().flatMap(List::stream).toList();
            boolean whole = there.containsAll(texts);
            assertTrue(whole || texts.stream().noneMatch(there::contains), () -> "in part only: " + command);
            List<String> calls = command.told.calls();
            assertTrue(calls.size() <= 1, () -> "told twice: " + command);
            assertTrue(whole || !command.told.isCommitted(), () -> "acknowledged and lost: " + command);
        }

        private static List<String> texts(List<WalEntry> entries) {
            return entries.stream()
                    .filter(entry -> entry.content() instanceof WalRecord.Set)
                    .map(PublisherRig::text)
                    .toList();
        }
    }
}
