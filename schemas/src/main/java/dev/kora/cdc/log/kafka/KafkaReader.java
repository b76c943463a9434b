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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one partition by a consumer that is in no group. It has no thread: all its I/O is done within {@link #poll}, and a
 * fetch is under way between polls.
 *
 * <p><b>Memory.</b> Kafka bounds what a fetch takes as it travels, which is compressed, and how many records a poll returns, but
 * not what these take: two thousand values of a mebibyte of zeros travel as nothing. So the consumer is asked for few records at
 * a time, again and again until there are enough of them or enough of their bytes.
 */
final class KafkaReader implements LogReader {
    /** What a poll returns, about: it may be exceeded by what the consumer returns at a time. */
    static final int POLL_RECORDS = 2_000;

    static final long POLL_BYTES = 4L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaReader.class);

    private final Consumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final TopicWatch watch;
    private LogPosition position;
    private boolean polled;
    /** Met behind records that had to be returned first; the next poll's to throw. */
    private @Nullable LogException failure;

    KafkaReader(Consumer<byte[], byte[]> consumer, TopicPartition partition, LogPosition from, TopicWatch watch) {
        this.consumer = consumer;
        this.partition = partition;
        this.position = from;
        this.watch = watch;
    }

    /**
     * Opens a reader.
     *
     * @throws CdcException.Invalid Kafka's consumer refuses the settings
     * @throws LogException as {@link dev.kora.cdc.log.Log#openReader}
     */
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
            throw KafkaErrors.notMade("consumer", e);
        }
    }

    static OffsetAndMetadata toKafka(LogPosition position) {
        boolean known = position.leaderEpoch() != LogPosition.NO_EPOCH;
        return new OffsetAndMetadata(
                position.offset(), known ? Optional.of(position.leaderEpoch()) : Optional.empty(), "");
    }

    @Override
    public List<LogRecord> poll(Duration timeout) {
        throwFailure();
        List<LogRecord> records = new ArrayList<>();
        if (!take(timeout, records)) {
            requireTopic();
        }
        long bytes = bytes(records, 0);
        int before = 0;
        while (records.size() > before && records.size() < POLL_RECORDS && bytes < POLL_BYTES) {
            before = records.size();
            takeWhatIsThere(records);
            bytes += bytes(records, before);
        }
        return records;
    }

    private void throwFailure() {
        LogException failed = failure;
        failure = null;
        if (failed != null) {
            throw failed;
        }
    }

    private void takeWhatIsThere(List<LogRecord> records) {
        try {
            take(Duration.ZERO, records);
        } catch (LogException e) {
            failure = e;
        }
    }

    /** Adds what the consumer returns at a time; false where it has not come any further. */
    private boolean take(Duration timeout, List<LogRecord> into) {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
            polled = true;
            records.records(partition).forEach(each -> into.add(convert(each)));
            OffsetAndMetadata next = records.nextOffsets().get(partition);
            if (next != null) {
                position = new LogPosition(next.offset(), next.leaderEpoch().orElse(LogPosition.NO_EPOCH));
            }
            return next != null;
        } catch (WakeupException | InterruptException e) { // the latter has set the thread's flag again
            return true;
        } catch (KafkaException e) {
            throw KafkaErrors.translate("reading %s at %s".formatted(partition, position), e, Kind.REFUSED);
        }
    }

    private static long bytes(List<LogRecord> records, int from) {
        long bytes = 0;
        for (LogRecord each : records.subList(from, records.size())) {
            bytes += each.value() == null ? 0 : each.value().length();
        }
        return bytes;
    }

    private void requireTopic() {
        Throwable failure = watch.failure();
        if (failure != null && KafkaErrors.kind(failure, Kind.TIMED_OUT) == Kind.MISSING) {
            throw new LogException(Kind.MISSING, partition.topic() + " does not exist", failure);
        }
    }

    private static LogRecord convert(ConsumerRecord<byte[], byte[]> record) {
        return new LogRecord(
                record.offset(),
                record.leaderEpoch().orElse(LogPosition.NO_EPOCH),
                record.timestamp(),
                record.key() == null ? null : Bytes.of(record.key()),
                record.value() == null ? null : Bytes.of(record.value()),
                headers(record));
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
        try {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (
                RuntimeException
                        e) { // such as that this thread was interrupted: what is left must be closed all the same
            LOG.atDebug().addKeyValue("partition", partition).setCause(e).log("consumer did not close in order");
        }
    }
}
