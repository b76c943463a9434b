package dev.kora.cdc.consumer.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.Store;
import dev.kora.cdc.consumer.store.rocks.RocksResources;
import dev.kora.cdc.consumer.store.rocks.RocksStore;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.WalEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random entries against {@link FoldModel}: after every entry the state is the model's and every outcome is foretold; and
 * wherever commits fall, and whatever the store, the rows end up the same, with a row count, a key count and a digest that
 * are those of the rows. Invariant I5 of docs/architecture.md.
 */
final class FoldPropertyTest {
    private static final int RUNS = 40;
    private static final int ENTRIES = 250;
    private static final int WIDE_EVERY = 20;
    private static final int WIDE_ENTRIES = 1_000;

    @TempDir
    Path directory;

    @Test
    void statesAreTheModelsWhereverCommitsFall() {
        long seed = Long.getLong("kora.seed", System.nanoTime());
        try (RocksResources resources = new RocksResources(16 << 20, 4 << 20);
                Store rocks = RocksStore.open(directory.resolve("store"), resources)) {
            for (int run = 0; run < RUNS; run++) {
                long runSeed = seed + run;
                rocks.clear();
                try {
                    new Run(runSeed, rocks).check();
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("failed; repeat with -Dkora.seed=" + runSeed, e);
                }
            }
        }
    }

    private static final class Run {
        private final Random random;
        private final RandomEntries entries;
        private final int count;
        private final FoldModel model = new FoldModel();
        private final Committing each = new Committing(new MemoryStore());
        private final Committing often = new Committing(new MemoryStore());
        private final Committing seldom = new Committing(new MemoryStore());
        private final Committing onDisk;

        Run(long seed, Store rocks) {
            boolean wide = seed % WIDE_EVERY == 0;
            this.random = new Random(seed);
            this.entries = new RandomEntries(random, wide);
            this.count = wide ? WIDE_ENTRIES : ENTRIES;
            this.onDisk = new Committing(rocks);
        }

        void check() {
            try (each;
                    often;
                    seldom;
                    onDisk) {
                for (int n = 0; n < count; n++) {
                    step(entries.next());
                }
                for (Committing other : List.of(often, seldom, onDisk)) {
                    commit(other);
                }
            }
        }

        private void step(WalEntry entry) {
            Outcome expected = model.apply(entry);
            for (Committing one : List.of(each, often, seldom, onDisk)) {
                assertEquals(expected, Fold.apply(entry, one.state()), entry::toString);
            }
            each.commit();
            assertEquals(model.state(), LogicalState.of(each.store()), entry::toString);
            sometimesCommit(often, 6);
            sometimesCommit(seldom, 100);
            sometimesCommit(onDisk, 10);
            if (random.nextInt(20) == 0) {
                compareUncommitted(often);
            }
        }

        private void sometimesCommit(Committing one, int every) {
            if (random.nextInt(every) == 0) {
                commit(one);
            }
        }

        private void commit(Committing one) {
            one.commit();
            assertEquals(Committing.rows(each.store()), Committing.rows(one.store()));
            assertEquals(
                    each.store().position().digest(), one.store().position().digest());
        }

        /** What a commit in progress sees, of rows that are and of rows that were. */
        private void compareUncommitted(Committing one) {
            Map<Bytes, SnapshotRow> rows = Committing.rows(each.store());
            rows.forEach((rowKey, row) -> assertEquals(row, one.state().find(rowKey)));
            Committing.rows(one.store())
                    .keySet()
                    .forEach(
                            rowKey -> assertEquals(rows.get(rowKey), one.state().find(rowKey)));
        }
    }
}
