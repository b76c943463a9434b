package dev.kora.cdc.stack;

import dev.kora.cdc.log.LogPartition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts what transactions left behind that were aborted: so a test can show that there were some. */
public final class AbortedEntries {
    private AbortedEntries() {}

    /** Entries of the partitions that a reader of uncommitted ones sees and a reader of committed ones does not. */
    public static long count(String servers, List<LogPartition> partitions) {
        List<TopicPartition> asked = partitions.stream()
                .map(each -> new TopicPartition(each.topic(), each.partition()))
                .toList();
        return count(servers, asked, "read_uncommitted") - count(servers, asked, "read_committed");
    }

    private static long count(String servers, List<TopicPartition> partitions, String isolation) {
        Map<String, Object> settings = Map.of("bootstrap.servers", servers, "isolation.level", isolation);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long count = 0;
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                count += consumer.poll(Duration.ofSeconds(1)).count();
            }
            return count;
        }
    }
}
