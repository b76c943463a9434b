package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;

/**
 * Reads one partition by a consumer that is in no group. It has no thread: all its I/O is done within {@link #poll}, and a
 * fetch is under way between polls.
 */
final class KafkaReader implements LogReader {
    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final TopicWatch watch;
    private LogPosition position;
    private boolean polled;

    private KafkaReader(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, LogPosition from, TopicWatch watch) {
        this.consumer = consumer;
        this.partition = partition;
        this.position = from;
        this.watch = watch;
    }

    /** @throws CdcException.Invalid Kafka's consumer refuses the settings */
    static KafkaReader open(KafkaSettings settings, LogPartition partition, LogPosition from, TopicWatch watch) {
        Map<String, Object> properties = settings.consumerProperties();
        // The consumer of the other protocol has a thread of its own.
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        TopicPartition assigned = KafkaLog.topicPartition(partition);
        Consumer<byte[], byte[]> consumer = create(properties);
        consumer.assign(List.of(assigned));
        consumer.seek(assigned, toKafka(from));
        return new KafkaReader(consumer, assigned, from, watch);
    }

    static Consumer<byte[], byte[]> create(Map<String, Object> properties) {
        try {
            return new KafkaConsumer<>(properties);
        } catch (KafkaException e) {
            throw new CdcException.Invalid("Kafka's consumer refuses its settings: " + KafkaErrors.said(e), e);
        }
    }

    static OffsetAndMetadata toKafka(LogPosition position) {
        boolean known = position.leaderEpoch() != LogPosition.NO_EPOCH;
        return new OffsetAndMetadata(
                position.offset(), known ? Optional.of(position.leaderEpoch()) : Optional.empty(), "");
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
            polled = true;
            OffsetAndMetadata next = records.nextOffsets().get(partition);
            if (next != null) {
                position = new LogPosition(next.offset(), next.leaderEpoch().orElse(LogPosition.NO_EPOCH));
            } else {
                requireTopic();
            }
            return convert(records.records(partition));
        } catch (WakeupException | InterruptException e) { // the latter has set the thread's flag again
            return List.of();
        } catch (KafkaException e) {
            throw KafkaErrors.translate("reading %s at %s".formatted(partition, position), e, Kind.REFUSED);
        }
    }

    private void requireTopic() {
        Throwable failure = watch.failure();
        if (failure != null && KafkaErrors.kind(failure, Kind.TIMED_OUT) == Kind.MISSING) {
            throw new LogException(Kind.MISSING, partition.topic() + " does not exist", failure);
        }
    }

    private static List<LogRecord> convert(List<ConsumerRecord<byte[], byte[]>> records) {
        List<LogRecord> converted = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> each : records) {
            converted.add(new LogRecord(
                    each.offset(),
                    each.leaderEpoch().orElse(LogPosition.NO_EPOCH),
                    each.timestamp(),
                    each.key() == null ? null : Bytes.of(each.key()),
                    each.value() == null ? null : Bytes.of(each.value()),
                    headers(each)));
        }
        return converted;
    }

    private static Map<String, Bytes> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, Bytes> headers = Map.of();
        for (Header each : record.headers()) {
            if (headers.isEmpty()) {
                headers = new HashMap<>();
            }
            headers.put(each.key(), each.value() == null ? Bytes.EMPTY : Bytes.of(each.value()));
        }
        return headers;
    }

    /** A copy that is kept here: the consumer's own does not tell the leader epoch. */
    @Override
    public LogPosition position() {
        return position;
    }

    @Override
    public boolean caughtUp() {
        if (!polled) {
            return false;
        }
        OptionalLong lag = consumer.currentLag(partition);
        return lag.isPresent() && lag.getAsLong() <= 0;
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    /** Does not wait for the broker to be told. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
