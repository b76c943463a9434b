package dev.kora.cdc.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PublisherConfigTest {
    private static final PublisherConfig GOOD = PublisherConfig.of("db", 4);
    private static final Duration SPAN = Duration.ofSeconds(1);
    private static final Duration BAD_SPAN = Duration.ofMillis(-1);

    @Test
    void refusesWhatCannotBeNamingIt() {
        Map<String, Executable> bad = Map.ofEntries(
                Map.entry("cannot name a database", () -> PublisherConfig.of("d b", 4)),
                Map.entry("shards must", () -> PublisherConfig.of("db", 0)),
                Map.entry("a power of two", () -> GOOD.withBufferBytes(5_000)),
                Map.entry("from 4096 to", () -> GOOD.withBufferBytes(2_048)),
                Map.entry(
                        "at least 524288 for 1000 shards",
                        () -> PublisherConfig.of("db", 1_000).withBufferBytes(262_144)),
                Map.entry("linger must", () -> GOOD.withBatch(BAD_SPAN, 1, 1)),
                Map.entry("batchRecords must", () -> GOOD.withBatch(SPAN, 0, 1)),
                Map.entry("batchBytes must", () -> GOOD.withBatch(SPAN, 1, 0)),
                Map.entry("appendTimeout must", () -> GOOD.withTimeouts(BAD_SPAN, SPAN, SPAN, SPAN)),
                Map.entry("syncTimeout must", () -> GOOD.withTimeouts(SPAN, BAD_SPAN, SPAN, SPAN)),
                Map.entry("openTimeout must", () -> GOOD.withTimeouts(SPAN, SPAN, BAD_SPAN, SPAN)),
                Map.entry("closeTimeout must", () -> GOOD.withTimeouts(SPAN, SPAN, SPAN, BAD_SPAN)),
                Map.entry("transactionTimeout must", () -> GOOD.withTransactionTimeout(Duration.ofDays(30))));
        bad.forEach((says, makes) -> {
            CdcException.Invalid refused = assertThrows(CdcException.Invalid.class, makes, says);
            assertTrue(refused.toString().contains(says), refused.toString());
        });
    }

    @Test
    void theLeastBufferIsTheSmallestPowerOfTwoThatHoldsEachShardsFirstEntry() {
        assertEquals(4_096, PublisherConfig.leastBufferBytes(1));
        assertEquals(4_096, PublisherConfig.leastBufferBytes(8));
        assertEquals(8_192, PublisherConfig.leastBufferBytes(9));
        assertEquals(131_072, PublisherConfig.leastBufferBytes(256));
        assertEquals(
                524_288,
                PublisherConfig.of("db", 1_000).withBufferBytes(524_288).bufferBytes());
    }

    @Test
    void aCopyChangesOnlyWhatItIsAskedFor() {
        PublisherConfig copy = GOOD.withBufferBytes(8_192)
                .withBufferBytes(GOOD.bufferBytes())
                .withSyncPolicy(SyncPolicy.EVERY_APPEND)
                .withSyncPolicy(GOOD.syncPolicy())
                .withBatch(SPAN, 1, 1)
                .withBatch(GOOD.linger(), GOOD.batchRecords(), GOOD.batchBytes())
                .withTransactionTimeout(SPAN)
                .withTransactionTimeout(GOOD.transactionTimeout())
                .withTimeouts(SPAN, SPAN, SPAN, SPAN)
                .withTimeouts(GOOD.appendTimeout(), GOOD.syncTimeout(), GOOD.openTimeout(), GOOD.closeTimeout());
        assertEquals(GOOD, copy);
    }
}
