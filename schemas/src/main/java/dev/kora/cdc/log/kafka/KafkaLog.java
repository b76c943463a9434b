package dev.kora.cdc.log.kafka;

import static java.util.Objects.requireNonNull;

import dev.kora.cdc.log.Forgotten;
import dev.kora.cdc.log.Group;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogPosition;
import dev.kora.cdc.log.LogReader;
import dev.kora.cdc.log.LogSize;
import dev.kora.cdc.log.LogWriter;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka as a {@link Log}. Thread-safe; needs brokers with transaction version 2 and the group protocol of KIP-848.
 *
 * <p>Its own calls take 10 s at most, then they say {@link Kind#TIMED_OUT}. What was committed is acknowledged by all in-sync
 * replicas; on a single broker that is the page cache, not the disk.
 */
public final class KafkaLog implements Log {
    /** Longer than the client's own limit, which is to end the call. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final KafkaSettings settings;
    private final Admin admin;
    private final ForgottenTransactions forgotten;
    private final PartitionSizes sizes;
    /** Numbers of partitions of the topics that were seen: an answer about a missing one would take until the limit. */
    private final Map<String, Integer> partitions = new ConcurrentHashMap<>();

    private KafkaLog(KafkaSettings settings, Admin admin) {
        this.settings = settings;
        this.admin = admin;
        this.forgotten = new ForgottenTransactions(settings, admin);
        this.sizes = new PartitionSizes(admin);
    }

    /**
     * Opens a log. Whether the brokers can be reached is found out by the first call.
     *
     * @return to be closed by the caller, after the readers, writers and groups that it opened
     * @throws CdcException.Invalid Kafka's clients refuse the settings, or no server's name is known
     */
    public static KafkaLog open(KafkaSettings settings) {
        try {
            return new KafkaLog(settings, Admin.create(settings.adminProperties()));
        } catch (KafkaException e) {
            throw new CdcException.Invalid(
                    "Kafka's client refuses the settings for %s: %s"
                            .formatted(settings.bootstrapServers(), KafkaErrors.said(e)),
                    e);
        }
    }

    @Override
    public String topicId(String topic) {
        return describe(topic).topicId().toString();
    }

    private TopicDescription describe(String topic) {
        return get("description of topic " + topic, describeLater(topic));
    }

    private KafkaFuture<TopicDescription> describeLater(String topic) {
        return admin.describeTopics(List.of(topic)).allTopicNames().thenApply(all -> requireNonNull(all.get(topic)));
    }

    @Override
    public LogEnds ends(LogPartition partition) {
        requireExists(partition);
        // The end is asked for after the last stable offset is known: where they are equal, nothing was open in
        // between.
        KafkaFuture<Long> start = offset(partition, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        long lastStable = getOffset(partition, offset(partition, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED));
        KafkaFuture<Long> end = offset(partition, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        return new LogEnds(getOffset(partition, start), lastStable, getOffset(partition, end));
    }

    private KafkaFuture<Long> offset(LogPartition partition, OffsetSpec spec, IsolationLevel isolation) {
        TopicPartition asked = topicPartition(partition);
        return admin.listOffsets(Map.of(asked, spec), new ListOffsetsOptions(isolation))
                .partitionResult(asked)
                .thenApply(ListOffsetsResultInfo::offset);
    }

    private long getOffset(LogPartition partition, KafkaFuture<Long> offset) {
        return getOf(partition, "ends of " + partition, offset);
    }

    @Override
    public long deleteBefore(LogPartition partition, long offset) {
        requireExists(partition);
        TopicPartition asked = topicPartition(partition);
        return getOf(
                        partition,
                        "deletion of %s before %d".formatted(partition, offset),
                        requireNonNull(admin.deleteRecords(Map.of(asked, RecordsToDelete.beforeOffset(offset)))
                                .lowWatermarks()
                                .get(asked)))
                .lowWatermark();
    }

    @Override
    public LogSize size(LogPartition partition) {
        requireExists(partition);
        return sizes.of(topicPartition(partition), describe(partition.topic()).partitions());
    }

    @Override
    public OptionalLong offsetAt(LogPartition partition, long timeMs) {
        requireExists(partition);
        long found = getOf(
                partition,
                "offset in %s at the time %d".formatted(partition, timeMs),
                offset(partition, OffsetSpec.forTimestamp(Math.max(0, timeMs)), IsolationLevel.READ_COMMITTED));
        return found < 0 ? OptionalLong.empty() : OptionalLong.of(found);
    }

    @Override
    public Forgotten endForgotten(String transactionalId, LogPartition partition) {
        LogEnds ends = ends(partition);
        if (ends.lastStable() == ends.highWatermark()) {
            return Forgotten.NONE; // nothing is open there
        }
        return forgotten.end(transactionalId, topicPartition(partition));
    }

    @Override
    public int abortForgotten(String transactionalId, LogPartition partition) {
        requireExists(partition);
        return forgotten.abort(transactionalId, topicPartition(partition));
    }

    @Override
    public OptionalLong committedOffset(String group, LogPartition partition) {
        TopicPartition asked = topicPartition(partition);
        Map<String, ListConsumerGroupOffsetsSpec> spec =
                Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(asked)));
        OffsetAndMetadata committed = get(
                        "offset of group %s in %s".formatted(group, partition),
                        admin.listConsumerGroupOffsets(spec).partitionsToOffsetAndMetadata(group))
                .get(asked);
        return committed == null ? OptionalLong.empty() : OptionalLong.of(committed.offset());
    }

    @Override
    public LogReader openReader(LogPartition partition, LogPosition from) {
        return KafkaReader.open(settings, partition, from, new TopicWatch(() -> describeLater(partition.topic())));
    }

    @Override
    public LogWriter openWriter(String transactionalId, Duration transactionTimeout) {
        return KafkaWriter.open(settings, transactionalId, transactionTimeout);
    }

    @Override
    public Group joinGroup(String group, String instanceId, String topic, GroupListener listener) {
        return KafkaGroup.join(settings, group, instanceId, topic, listener);
    }

    private void requireExists(LogPartition partition) {
        Integer known = partitions.get(partition.topic());
        if (known == null || partition.partition() >= known) {
            int found = describe(partition.topic()).partitions().size();
            partitions.put(partition.topic(), found);
            if (partition.partition() >= found) {
                throw new LogException(
                        Kind.MISSING,
                        "%s does not exist: the topic has %s".formatted(partition, Count.of(found, "partition")),
                        null);
            }
        }
    }

    /** As {@link #get}; after a failure the next call looks first whether the partition is still there. */
    private <T> T getOf(LogPartition partition, String what, KafkaFuture<T> future) {
        try {
            return get(what, future);
        } catch (LogException e) {
            partitions.remove(partition.topic());
            throw e;
        }
    }

    /** Waits for an answer, and says what a failure means to a caller of the port. */
    static <T> T get(String what, KafkaFuture<T> future) {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            // What is retriable was retried by the client, until its limit.
            throw KafkaErrors.translate(what, cause, Kind.TIMED_OUT);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new LogException(Kind.TIMED_OUT, what + " took longer than " + LIMIT, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException(Kind.TIMED_OUT, what + " was interrupted", e);
        }
    }

    static TopicPartition topicPartition(LogPartition partition) {
        return new TopicPartition(partition.topic(), partition.partition());
    }

    /** Ends its own calls. Idempotent; takes 1 s at most. */
    @Override
    public void close() {
        admin.close(CLOSING);
    }
}
