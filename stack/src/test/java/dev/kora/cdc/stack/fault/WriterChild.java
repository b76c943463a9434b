package dev.kora.cdc.stack.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.WalChecker;
import dev.kora.cdc.schema.TopicNames;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import dev.kora.cdc.stack.ChildJvm;
import dev.kora.cdc.stack.NumberedWal;
import dev.kora.cdc.stack.WalState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A {@link SmallHeapWriter} seen from outside, and what is promised of it. For one thread, which has to read all it prints. */
final class WriterChild implements AutoCloseable {
    private static final int HEAP_MIB = 128;
    /** By which the heap in use may differ between two collections without a trend. */
    private static final long NOISE_BYTES = 8 << 20;

    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** Half of the ring. */
    private static final long RECOVERED_BYTES = 32 << 20;

    private final ChildJvm child;
    private final List<Counts> memory = new ArrayList<>();
    private final Map<String, Long> taken = new HashMap<>();
    private Counts stats = Counts.parse("taken=0 refused=0");
    private String refusal = "";

    private WriterChild(ChildJvm child) {
        this.child = child;
    }

    static WriterChild start(String servers, String database) {
        return new WriterChild(ChildJvm.start(
                SmallHeapWriter.class,
                List.of("-Xmx" + HEAP_MIB + "m", "-XX:+ExitOnOutOfMemoryError"),
                List.of(servers, database)));
    }

    long taken() {
        return stats.number("taken");
    }

    long refused() {
        return stats.number("refused");
    }

    /** The counts of the next second. */
    Counts nextStats() {
        while (true) {
            String line = child.awaitLine("");
            if (line.startsWith(SmallHeapWriter.MEMORY)) {
                memory.add(Counts.parse(line.substring(SmallHeapWriter.MEMORY.length())));
            } else if (line.startsWith(SmallHeapWriter.STATS)) {
                stats = Counts.parse(line.substring(SmallHeapWriter.STATS.length()));
                return stats;
            }
        }
    }

    void awaitTaken(long atLeast) {
        Counts now;
        do {
            now = nextStats();
        } while (now.number("taken") < atLeast);
    }

    /** Waits until it commits again, and the ring is no longer full. */
    void awaitWorking() {
        Counts now;
        do {
            now = nextStats();
        } while (now.number("retrying") > 0 || now.number("ringUsed") > RECOVERED_BYTES);
    }

    /** Lets it stop and commit everything, and holds its counts against each other. */
    void finish() {
        child.endInput();
        String line = child.awaitLine("");
        while (!line.startsWith(SmallHeapWriter.TOTAL)) {
            if (line.startsWith(SmallHeapWriter.LIST)) {
                int space = line.lastIndexOf(' ');
                taken.put(
                        line.substring(SmallHeapWriter.LIST.length(), space),
                        Long.parseLong(line.substring(space + 1)));
            } else if (line.startsWith(SmallHeapWriter.REFUSAL)) {
                refusal = line.substring(SmallHeapWriter.REFUSAL.length());
            }
            line = child.awaitLine("");
        }
        stats = Counts.parse(line.substring(SmallHeapWriter.TOTAL.length()));
        assertEquals(0, child.awaitExit(LIMIT));
        assertEquals(stats.number("attempted"), taken() + refused(), "each attempt was taken or refused");
        assertEquals(refused(), stats.number("refusedFull"), "the publisher counts what its callers were told");
        assertEquals(0, stats.number("refusedInvalid"));
        assertEquals(stats.number("appended"), taken() + stats.number("heartbeats") + NumberedWal.SHARDS);
        assertTrue(
                refusal.contains("no room in the ring") && refusal.contains("the log's last error"),
                () -> "not clear: " + refusal);
    }

    /** Each list's numbers are in the log, from 0 to the last one that was taken, once and in order. */
    void check(Log log, String database) {
        Map<String, List<Long>> logged = new HashMap<>();
        for (int shard = 0; shard < NumberedWal.SHARDS; shard++) {
            for (WalEntry entry :
                    WalChecker.check(log, new LogPartition(TopicNames.wal(database), shard), WalState.CODEC)) {
                if (entry.content() instanceof WalRecord.RPush push) {
                    long number =
                            ByteBuffer.wrap(push.values().getFirst().array()).getLong();
                    logged.computeIfAbsent(push.key().text(), key -> new ArrayList<>())
                            .add(number);
                }
            }
        }
        assertEquals(taken.keySet(), logged.keySet());
        taken.forEach(
                (list, count) -> assertEquals(LongStream.range(0, count).boxed().toList(), logged.get(list), list));
    }

    /** Neither the heap nor what Kafka's clients hold grows with the length of an outage. */
    void checkMemory() {
        assertTrue(memory.size() >= 3, memory::toString);
        int third = memory.size() / 3;
        long before = most(memory.subList(0, third), "heap");
        long after = most(memory.subList(memory.size() - third, memory.size()), "heap");
        assertTrue(after <= before + NOISE_BYTES, () -> "the heap grows: " + memory);
        assertEquals(1, most(memory, "producers"), memory::toString);
        assertTrue(
                most(memory.subList(third, memory.size()), "threads") <= most(memory.subList(0, third), "threads"),
                () -> "threads grow: " + memory);
        assertTrue(most(memory, "direct") <= HEAP_MIB << 20, memory::toString);
    }

    private static long most(List<Counts> lines, String name) {
        return lines.stream().mapToLong(line -> line.number(name)).max().orElseThrow();
    }

    String summary() {
        return ("%d attempts in all, %d taken, %d refused; aborted %d, reopened %d; of %d MiB heap %d in use at the"
                        + " most, direct %d MiB, Kafka's buffers %d KiB, %d threads")
                .formatted(
                        stats.number("attempted"),
                        taken(),
                        refused(),
                        stats.number("aborted"),
                        stats.number("reopened"),
                        HEAP_MIB,
                        most(memory, "heap") >> 20,
                        most(memory, "direct") >> 20,
                        most(memory, "buffered") >> 10,
                        most(memory, "threads"));
    }

    @Override
    public void close() {
        child.close();
    }
}
