package dev.kora.cdc.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.log.FakeLog;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.SnapshotScript;
import dev.kora.cdc.reader.SnapshotBootstrap.Found;
import dev.kora.cdc.reader.SnapshotBootstrap.Result;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SchemaSource;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.SnapshotRowCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * However commits, compaction, crashes and the reading interleave, a bootstrap ends in a state that the log once had.
 * Invariants I6 and I9 of docs/architecture.md.
 */
final class SnapshotBootstrapPropertyTest {
    private static final LogPartition SNAPSHOT = new LogPartition("kora.snapshot", 0);
    private static final int RUNS = 400;

    @Test
    void endsInAStateOfTheLogWhateverCompactionDoes() {
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
        private final SnapshotRowCodec codec = new SnapshotRowCodec(9, SchemaSource.NONE);
        private final FakeLog log = new FakeLog().createTopic("kora.snapshot", 1);
        private final SnapshotScript script = new SnapshotScript(log, SNAPSHOT, codec, "wal-id");
        private final MapSink sink = new MapSink();
        private final Map<Long, Map<Bytes, SnapshotRow>> states = new HashMap<>();

        Run(Random random) {
            this.random = random;
            log.setPollRecords(1 + random.nextInt(20));
        }

        void check() {
            commits(1 + random.nextInt(30));
            for (int start = 0; start < 3; start++) {
                long before = states.size();
                Found found = bootstrap();
                assertEquals(states.get(found.checkpoint().sequence()), sink.rows());
                assertEquals(found.checkpoint(), sink.progress().checkpoint());
                assertEquals(true, found.checkpoint().sequence() >= before, "what was there at the start is in it");
            }
        }

        private Found bootstrap() {
            SnapshotBootstrap bootstrap = open();
            for (int step = 0; step < 100_000; step++) {
                // Commits must end some time, or a slow reader never catches up.
                if (step < 200) {
                    disturb();
                }
                if (random.nextInt(40) == 0) {
                    bootstrap.close();
                    bootstrap = open();
                }
                Optional<Result> result = bootstrap.step(Duration.ZERO);
                if (result.isPresent()) {
                    bootstrap.close();
                    return (Found) result.get();
                }
            }
            throw new AssertionError("not done after 100,000 steps");
        }

        private void disturb() {
            if (random.nextInt(3) == 0) {
                commits(1);
            }
            if (random.nextInt(4) == 0) {
                long end = log.ends(SNAPSHOT).highWatermark();
                boolean dropTombstones = random.nextInt(4) == 0;
                log.compact(SNAPSHOT, random.nextLong(end + 1), dropTombstones);
            }
        }

        private SnapshotBootstrap open() {
            return new SnapshotBootstrap(log, SNAPSHOT, codec, sink, 1 + random.nextInt(10));
        }

        private void commits(int count) {
            for (int i = 0; i < count; i++) {
                List<Bytes> deletions = new ArrayList<>();
                Map<Bytes, SnapshotRow> puts = new HashMap<>();
                for (int change = random.nextInt(12); change >= 0; change--) {
                    SnapshotRow row = row();
                    Bytes rowKey = RowKeys.of(row);
                    if (puts.containsKey(rowKey) || random.nextInt(3) > 0) {
                        puts.put(rowKey, row);
                    } else {
                        deletions.add(rowKey);
                    }
                }
                script.commit(deletions, List.copyOf(puts.values()));
                states.put((long) states.size() + 1, script.state());
                if (random.nextInt(5) == 0) {
                    script.abort(row());
                }
            }
        }

        private SnapshotRow row() {
            Bytes field = Bytes.utf8("f" + random.nextInt(15));
            Bytes value = Bytes.utf8("v" + random.nextInt());
            return new SnapshotRow.HashField(Bytes.utf8("h"), field, value, 1, 1);
        }
    }
}
