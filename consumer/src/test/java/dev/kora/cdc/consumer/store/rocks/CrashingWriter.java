package dev.kora.cdc.consumer.store.rocks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.consumer.store.MemoryStore;
import dev.kora.cdc.consumer.store.StoreBatch;
import dev.kora.cdc.consumer.store.TestRows;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.SnapshotRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A program that applies random batches to a store, flushes it once, goes on, and drops dead. Its write buffers are small,
 * so that RocksDB writes files on its own all the time.
 */
final class CrashingWriter {
    /** The batch after which it flushes. */
    static final long FLUSHED = 500;

    private static final long BATCHES = 3_000;
    private static final int EXIT = 77;

    private CrashingWriter() {}

    /** Runs it in a JVM of its own, on an empty or missing directory. */
    static void run(Path directory, long seed) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(List.of(
                        java,
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingWriter.class.getName(),
                        directory.toString(),
                        Long.toString(seed)))
                .inheritIO()
                .start();
        assertEquals(EXIT, process.waitFor());
    }

    public static void main(String[] args) {
        RocksStore store = RocksStore.open(Path.of(args[0]), new RocksResources(1 << 20, 64 << 10));
        forEachBatch(BATCHES, Long.parseLong(args[1]), new TreeMap<>(), batch -> {
            store.apply(batch);
            if (batch.position().snapshot().offset() == FLUSHED) {
                store.flush();
            }
        });
        Runtime.getRuntime().halt(EXIT);
    }

    /** The rows as of a batch. */
    static SortedMap<Bytes, SnapshotRow> stateAt(long number, long seed) {
        SortedMap<Bytes, SnapshotRow> rows = new TreeMap<>();
        forEachBatch(number, seed, rows, batch -> {});
        return rows;
    }

    static MemoryStore memoryStoreAt(long number, long seed) {
        MemoryStore store = new MemoryStore();
        forEachBatch(number, seed, new TreeMap<>(), store::apply);
        return store;
    }

    private static void forEachBatch(
            long count, long seed, SortedMap<Bytes, SnapshotRow> rows, Consumer<StoreBatch> use) {
        Random random = new Random(seed);
        for (long number = 1; number <= count; number++) {
            StoreBatch batch = TestRows.randomBatch(random, rows, number);
            use.accept(batch);
            TestRows.applyTo(rows, batch);
        }
    }
}
