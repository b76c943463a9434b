package dev.kora.cdc.schema;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What happens to a record on its writer's thread allocates nothing: the checks, the Kafka key, the value. */
final class EncodingAllocationTest {
    private static final int RECORDS = 100_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long seed = Long.getLong("kora.seed", System.nanoTime());
    private final RandomRecords random = new RandomRecords(new Random(seed));
    private final WalEntryCodec codec = new WalEntryCodec(1, SchemaSource.NONE);
    private final ByteBuffer into = ByteBuffer.allocateDirect(16 << 20);

    @Test
    void encodesWithoutAllocation() {
        WalEntry.Content[] contents = new WalEntry.Content[1_000];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = random.content();
        }
        encode(contents);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        encode(contents);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                allocated < RECORDS, () -> RECORDS + " records allocated " + allocated + " bytes, -Dkora.seed=" + seed);
    }

    private void encode(WalEntry.Content[] contents) {
        for (int i = 0; i < RECORDS; i++) {
            WalEntry.Content content = contents[i % contents.length];
            if (content instanceof WalRecord record) {
                Limits.check(record);
            }
            into.clear();
            KafkaKeys.put(content, into);
            codec.encode(1, i, 1_750_000_000_000L + i, content, into);
        }
    }
}
