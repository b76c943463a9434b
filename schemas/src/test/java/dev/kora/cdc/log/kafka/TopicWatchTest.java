package dev.kora.cdc.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.kora.cdc.log.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class TopicWatchTest {
    private final ManualClock clock = new ManualClock();
    private final List<KafkaFutureImpl<TopicDescription>> asked = new ArrayList<>();
    private final TopicWatch watch = new TopicWatch(
            () -> {
                asked.add(new KafkaFutureImpl<>());
                return asked.getLast();
            },
            clock);

    @Test
    void itAsksAtOnceAndTellsWhenTheAnswerIsThere() {
        assertNull(watch.failure());
        assertNull(watch.failure());
        assertEquals(1, asked.size());
        UnknownTopicOrPartitionException missing = new UnknownTopicOrPartitionException("t");
        asked.getLast().completeExceptionally(missing);
        assertSame(missing, watch.failure());
    }

    @Test
    void itAsksAgainNowAndThenOnly() {
        watch.failure();
        asked.getLast().complete(null);
        assertNull(watch.failure());
        clock.advanceNanos(4_999_999_999L);
        assertNull(watch.failure());
        assertEquals(1, asked.size());
        clock.advanceNanos(1);
        assertNull(watch.failure());
        assertEquals(2, asked.size());
    }
}
