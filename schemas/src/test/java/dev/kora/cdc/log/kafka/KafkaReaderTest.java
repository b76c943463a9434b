package dev.kora.cdc.log.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** How much a poll returns, with Kafka's own stand-in for its consumer; the rest is held to by LogContract. */
final class KafkaReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final int AT_A_TIME = 16;

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final KafkaReader reader = new KafkaReader(consumer, PARTITION, LogPosition.of(0), thereIsATopic());

    KafkaReaderTest() {
        consumer.setMaxPollRecords(AT_A_TIME);
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.seek(PARTITION, 0);
    }

    @Test
    void smallRecordsComeManyAtATime() {
        add(5_000, 10);
        int most = KafkaReader.POLL_RECORDS + AT_A_TIME;
        assertEquals(5_000, drain(most, Long.MAX_VALUE));
    }

    @Test
    void largeRecordsComeFewAtATime() {
        add(100, 1 << 20);
        assertEquals(100, drain(Integer.MAX_VALUE, KafkaReader.POLL_BYTES + (AT_A_TIME << 20)));
    }

    @Test
    void whatWasReadBeforeAFailureIsReturnedAndTheFailureIsThrownNext() {
        add(AT_A_TIME, 10);
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(
                () -> consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, (long) AT_A_TIME))));
        assertEquals(AT_A_TIME, reader.poll(Duration.ZERO).size());
        assertEquals(AT_A_TIME, reader.position().offset());
        LogException failed = assertThrows(LogException.class, () -> reader.poll(Duration.ZERO));
        assertEquals(LogException.Kind.OUT_OF_RANGE, failed.kind());
        assertEquals(List.of(), reader.poll(Duration.ZERO));
    }

    /** Whoever closes it has a store to close as well, whatever becomes of it. */
    @Test
    void closingThrowsNothing() {
        KafkaReader interrupted = KafkaReader.open(
                KafkaSettings.of("127.0.0.1:1"), new LogPartition("t", 0), LogPosition.of(0), thereIsATopic());
        Thread.currentThread().interrupt();
        interrupted.close();
        assertTrue(Thread.interrupted());
        interrupted.close();
    }

    private static TopicWatch thereIsATopic() {
        return new TopicWatch(() -> KafkaFuture.completedFuture(new TopicDescription("t", false, List.of())));
    }

    private void add(int count, int bytes) {
        LongStream.range(0, count)
                .forEach(offset ->
                        consumer.addRecord(new ConsumerRecord<>("t", 0, offset, new byte[1], new byte[bytes])));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) count));
    }

    /** Polls until nothing comes; returns how many came, in order, never more at a time than said. */
    private int drain(int mostRecords, long mostBytes) {
        List<Long> offsets = new ArrayList<>();
        while (true) {
            List<LogRecord> polled = reader.poll(Duration.ZERO);
            if (polled.isEmpty()) {
                break;
            }
            assertTrue(polled.size() <= mostRecords, () -> polled.size() + " records");
            long bytes = polled.stream()
                    .mapToLong(each -> each.value() == null ? 0 : each.value().length())
                    .sum();
            assertTrue(bytes <= mostBytes, () -> bytes + " bytes");
            polled.forEach(each -> offsets.add(each.offset()));
        }
        assertEquals(LongStream.range(0, offsets.size()).boxed().toList(), offsets);
        return offsets.size();
    }
}
