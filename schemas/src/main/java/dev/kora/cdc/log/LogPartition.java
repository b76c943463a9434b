package dev.kora.cdc.log;

/** A partition of a topic; its number is the shard's. */
public record LogPartition(String topic, int partition) {
    /** {@code topic-partition}, as Kafka's tools print it. */
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
