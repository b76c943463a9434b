package dev.kora.cdc.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.kora.cdc.log.LogPartition;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.junit.jupiter.api.Test;

class KafkaMembershipTest {
    private static final LogPartition KEPT = new LogPartition("t", 0);
    private static final LogPartition LOST = new LogPartition("t", 1);

    @Test
    void newMetadataAreForWhatIsStillHeldOnly() {
        ConsumerGroupMetadata assigned = metadata();
        ConsumerGroupMetadata later = metadata();
        KafkaMembership membership = new KafkaMembership(assigned, Set.of(KEPT, LOST));
        assertSame(assigned, membership.metadataFor(LOST).orElseThrow());
        membership.drop(Set.of(LOST));
        membership.refresh(later);
        assertSame(later, membership.metadataFor(KEPT).orElseThrow());
        assertEquals(Optional.empty(), membership.metadataFor(LOST));
        assertEquals(Set.of(KEPT), membership.partitions());
    }

    /** Another object each time. */
    private static ConsumerGroupMetadata metadata() {
        try (MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none")) {
            return consumer.groupMetadata();
        }
    }
}
