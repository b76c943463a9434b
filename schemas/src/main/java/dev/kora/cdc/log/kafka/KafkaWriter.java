package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes by a transactional, idempotent producer.
 *
 * <p><b>The order of calls</b> is checked here, although the producer checks it as well: so a wrong one does no harm to the
 * producer's state, and an {@link IllegalStateException} of the producer means that this state is broken.
 *
 * <p><b>Failures.</b> A record that fails does so on the producer's thread, and the transaction with it; later failures then hide
 * the first. Since one that no retry mends must not be taken for one that a retry does, the worst is kept here. What was asked
 * decides about a failure that does not speak for itself: a commit can be aborted then, but an abort or a beginning that fails
 * leaves nothing but a new writer.
 */
final class KafkaWriter implements LogWriter {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaWriter.class);

    private enum State {
        NEW,
        READY,
        IN_TRANSACTION,
        /** The outcome is unknown: nothing but {@code commit} may be called. */
        COMMITTING,
        /** Nothing is committed: nothing but {@code abort} may be called. */
        FAILED,
        /** Nothing but {@code abort} may be called. */
        ABORTING,
        /** Of no more use; every call says why. */
        DEAD,
        CLOSED
    }

    private final String id;
    private final Producer<byte[], byte[]> producer;
    /** One for all records, called on the producer's thread. */
    private final Callback onSent = this::sent;

    private final SentRecords records = new SentRecords();

    private State state = State.NEW;
    /** Why this transaction cannot be committed, or this writer is dead. Also written by the producer's thread. */
    private volatile @Nullable LogException failure;

    private KafkaWriter(String id, Producer<byte[], byte[]> producer) {
        this.id = id;
        this.producer = producer;
    }

    /**
     * Opens a writer.
     *
     * @throws CdcException.Invalid Kafka's producer refuses the settings
     * @throws LogException as {@link dev.kora.cdc.log.Log#openWriter}
     */
    static KafkaWriter open(KafkaSettings settings, String transactionalId, Duration transactionTimeout) {
        Map<String, Object> properties = settings.producerProperties();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Math.toIntExact(transactionTimeout.toMillis()));
        try {
            return new KafkaWriter(transactionalId, new KafkaProducer<>(properties));
        } catch (KafkaException e) {
            throw KafkaErrors.notMade("producer", e);
        }
    }

    @Override
    public void initialize() {
        require(state == State.NEW, "initialize");
        try {
            producer.initTransactions();
        } catch (RuntimeException e) {
            throw useless("initialize", e);
        }
        state = State.READY;
    }

    @Override
    public void begin() {
        require(state == State.READY, "begin");
        try {
            producer.beginTransaction();
        } catch (RuntimeException e) {
            throw useless("begin", e);
        }
        records.clear();
        state = State.IN_TRANSACTION;
    }

    @Override
    public void send(LogPartition partition, LogRecord record) {
        require(state == State.IN_TRANSACTION, "send");
        throwFailure();
        try {
            records.add(partition, producer.send(toKafka(partition, record), onSent));
        } catch (RuntimeException e) {
            throw worst(translateSend("send to " + partition, e));
        }
    }

    private static ProducerRecord<byte[], byte[]> toKafka(LogPartition partition, LogRecord record) {
        return new ProducerRecord<>(
                partition.topic(),
                partition.partition(),
                record.timestampMs(),
                array(record.key()),
                array(record.value()),
                record.headers().isEmpty() ? null : headers(record.headers()));
    }

    private static byte @Nullable [] array(@Nullable Bytes bytes) {
        return bytes == null ? null : bytes.array();
    }

    private static RecordHeaders headers(Map<String, Bytes> headers) {
        RecordHeaders converted = new RecordHeaders();
        headers.forEach((name, value) -> converted.add(name, value.array()));
        return converted;
    }

    /** Called on the producer's thread, or on the sender's own where a failure is known at once. */
    private void sent(@Nullable RecordMetadata written, @Nullable Exception e) {
        if (e != null) {
            worst(translateSend(
                    written == null ? "send" : "send to %s-%d".formatted(written.topic(), written.partition()), e));
        }
    }

    /** A send cannot be made again: where it timed out, its transaction is to be aborted. */
    private LogException translateSend(String call, Exception e) {
        LogException translated = translate(call, e, Kind.ABORTABLE);
        return translated.kind() == Kind.TIMED_OUT
                ? new LogException(Kind.ABORTABLE, String.valueOf(translated.getMessage()), e)
                : translated;
    }

    @Override
    public void sendOffset(GroupMembership membership, LogPartition partition, LogPosition position) {
        require(state == State.IN_TRANSACTION, "sendOffset");
        throwFailure();
        KafkaMembership member = (KafkaMembership) membership;
        Optional<ConsumerGroupMetadata> metadata = member.metadataFor(partition);
        if (metadata.isEmpty()) {
            throw worst(gone(member, partition, null));
        }
        try {
            producer.sendOffsetsToTransaction(
                    Map.of(KafkaLog.topicPartition(partition), KafkaReader.toKafka(position)), metadata.get());
        } catch (RuntimeException e) {
            throw refusedOffset(member, partition, e);
        }
    }

    private LogException refusedOffset(KafkaMembership member, LogPartition partition, RuntimeException e) {
        LogException failed = failedInTransaction("offset of %s in %s".formatted(member.group(), partition), e);
        boolean lostMeanwhile =
                failed.kind() == Kind.ABORTABLE && member.metadataFor(partition).isEmpty();
        return lostMeanwhile ? worst(gone(member, partition, e)) : failed;
    }

    private LogException gone(KafkaMembership member, LogPartition partition, @Nullable Exception e) {
        return new LogException(Kind.FENCED, "%s: %s no longer holds %s".formatted(id, member.group(), partition), e);
    }

    @Override
    public void commit() {
        require(state == State.IN_TRANSACTION || state == State.COMMITTING || state == State.FAILED, "commit");
        if (state != State.COMMITTING) {
            throwFailure();
        }
        state = State.COMMITTING;
        try {
            producer.commitTransaction();
        } catch (RuntimeException e) {
            throw failedInTransaction("commit", e);
        }
        state = State.READY;
        Optional<String> wentBack = records.committed();
        if (wentBack.isPresent()) {
            throw die(new LogException(Kind.WENT_BACK, id + ": " + wentBack.get(), null));
        }
    }

    @Override
    public long offsetNext(LogPartition partition) {
        if (state != State.READY || !records.has(partition)) {
            throw new IllegalStateException("no committed record of %s in %s".formatted(id, partition));
        }
        return records.offsetNext(partition)
                .orElseThrow(() -> new LogException(
                        Kind.REOPEN,
                        "%s: the broker did not say where the records in %s stand".formatted(id, partition),
                        null));
    }

    @Override
    public void abort() {
        require(state == State.IN_TRANSACTION || state == State.FAILED || state == State.ABORTING, "abort");
        state = State.ABORTING;
        try {
            producer.abortTransaction();
        } catch (RuntimeException e) {
            throw useless("abort", e);
        }
        failure = null;
        records.clear();
        state = State.READY;
    }

    @Override
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            try {
                producer.close(Duration.ZERO);
            } catch (RuntimeException e) {
                LOG.atDebug().addKeyValue("writer", id).setCause(e).log("producer did not close in order");
            }
        }
    }

    // --- failures

    /** A failure of a call that only a transaction has: it leaves the transaction to be aborted, if not the writer useless. */
    private LogException failedInTransaction(String call, RuntimeException e) {
        LogException failed = translate(call, e, Kind.ABORTABLE);
        if (failed.kind() == Kind.TIMED_OUT) {
            return failed;
        }
        if (failed.kind() == Kind.REOPEN || e instanceof ProducerFencedException) {
            return die(failed);
        }
        if (state == State.COMMITTING) {
            state = State.FAILED;
        }
        return worst(failed);
    }

    /** A failure that leaves nothing to go on with, unless the call only took too long. */
    private LogException useless(String call, RuntimeException e) {
        LogException failed = translate(call, e, Kind.REOPEN);
        return switch (failed.kind()) {
            case TIMED_OUT -> failed;
            case FENCED, REFUSED, REOPEN -> die(failed);
            case ABORTABLE, OUT_OF_RANGE, WENT_BACK, MISSING ->
                die(new LogException(Kind.REOPEN, String.valueOf(failed.getMessage()), e));
        };
    }

    private synchronized LogException die(LogException e) {
        state = State.DEAD;
        failure = e;
        return e;
    }

    private LogException translate(String call, Exception e, Kind otherwise) {
        return KafkaErrors.translate(id + ": " + call, e, otherwise);
    }

    /** Keeps a failure of the transaction unless there is a worse one, and returns the worst. */
    private synchronized LogException worst(LogException e) {
        LogException known = failure;
        if (known == null || (known.kind() == Kind.ABORTABLE && e.kind() != Kind.ABORTABLE)) {
            failure = e;
            return e;
        }
        return known;
    }

    private void throwFailure() {
        LogException known = failure;
        if (known != null) {
            throw known;
        }
    }

    private void require(boolean legal, String call) {
        if (state == State.DEAD) {
            throwFailure();
        }
        if (!legal) {
            throw new IllegalStateException("%s is not legal while %s is %s".formatted(call, id, state));
        }
    }
}
