package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.FakeLog.Op;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * However commits, truncation, compaction, failures and the subscriber's deaths interleave, it receives a state and then every entry
 * behind it, once, and is told RESET only where there is need ({@link Subscriber} checks each change).
 */
final class SnapshotThenWalPropertyTest {
    private static final int RUNS = 200;

    @Test
    void aStateAndThenEveryEntryWhateverHappens() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        int again = 0;
        for (int run = 0; run < RUNS; run++) {
            long runSeed = seed + run;
            try {
                again += new Run(new Random(runSeed)).check();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("failed; repeat with -Dkora.seed=" + runSeed, e);
            }
        }
        int sum = again;
        assertTrue(sum > RUNS / 4, () -> "too few fell behind the log's start to mean anything: " + sum);
    }

    private static final class Run {
        private final Random random;
        private final SubscribedShard shard = new SubscribedShard();
        private final Subscriber subscriber;

        Run(Random random) {
            this.random = random;
            shard.log.setPollRecords(1 + random.nextInt(20));
            shard.open();
            subscriber = new Subscriber(shard, random.nextBoolean());
        }

        /** Returns how often it fell behind the log's start. */
        int check() {
            for (int step = 0; step < 250; step++) {
                write();
                if (random.nextInt(12) == 0) {
                    subscriber.killAndRestart();
                }
                // Now it keeps up, and now it sleeps through a truncation or two.
                if ((step / 25) % 3 != 1 || random.nextInt(10) == 0) {
                    poll();
                }
            }
            subscriber.drain().check();
            return subscriber.states() - 1;
        }

        private void poll() {
            if (random.nextInt(12) == 0) {
                shard.log.failNext(random.nextBoolean() ? Op.POLL : Op.ENDS, Kind.TIMED_OUT);
            }
            try {
                subscriber.step();
            } catch (CdcException.Unavailable again) {
                // by the next step
            }
            shard.log.heal();
        }

        private void write() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> shard.append(contents());
                case 4, 5 -> shard.materialize();
                case 6 -> shard.truncate();
                case 7 ->
                    shard.compact(
                            random.nextLong(
                                    shard.log.ends(SubscribedShard.SNAPSHOT).highWatermark() + 1),
                            false);
                case 8 -> shard.abort();
                case 9 -> {
                    if (random.nextInt(5) == 0) {
                        shard.open();
                    }
                }
                default -> {}
            }
        }

        private List<WalEntry.Content> contents() {
            List<WalEntry.Content> contents = new ArrayList<>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                Bytes key = Bytes.utf8("k" + random.nextInt(15));
                contents.add(
                        switch (random.nextInt(5)) {
                            case 0 -> new WalRecord.Del(key);
                            case 1 -> Control.HEARTBEAT;
                            default -> new WalRecord.Set(key, Bytes.utf8("v" + random.nextInt()), null);
                        });
            }
            return contents;
        }
    }
}
