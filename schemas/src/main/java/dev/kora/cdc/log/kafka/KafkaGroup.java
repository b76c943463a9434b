package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.Group;
import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.LogException;
import dev.kora.cdc.log.LogException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a group by the protocol of KIP-848. Thread-safe.
 *
 * <p>Its thread polls a consumer whose partitions are all paused, so that the group goes on and the listener is called; nothing
 * is read. Where the instance id is still held by a member that died, the broker turns this one away until the dead one's session
 * ends: then it tries again with another consumer, every second. Turned away <i>after</i> it was a member means that another one
 * took over meanwhile.
 *
 * <p>The thread rests between polls, instead of within them: without a coordinator, Kafka's consumer waits for nothing in a poll, and
 * turns over and over at the cost of a core (4.3.1, KAFKA-20253).
 */
final class KafkaGroup implements Group {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaGroup.class);

    /** The memberships are as old as this, at most. */
    private static final long REST_MS = 50;

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LEAVING = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final String group;
    private final String instanceId;
    private final String topic;
    private final GroupListener listener;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    private KafkaGroup(KafkaSettings settings, String group, String instanceId, String topic, GroupListener listener) {
        this.settings = settings;
        this.group = group;
        this.instanceId = instanceId;
        this.topic = topic;
        this.listener = listener;
        this.thread = new Thread(this::run, "kora-group-" + instanceId);
        this.thread.setDaemon(true);
    }

    static KafkaGroup join(
            KafkaSettings settings, String group, String instanceId, String topic, GroupListener listener) {
        KafkaGroup joined = new KafkaGroup(settings, group, instanceId, topic, listener);
        joined.thread.start();
        return joined;
    }

    private void run() {
        try {
            LogException ended = takePart();
            if (isHeldByAFormerMember(ended)) {
                LOG.atInfo()
                        .addKeyValue("group", group)
                        .addKeyValue("instanceId", instanceId)
                        .log("a former member's session has not ended yet, joining is tried again until it has");
            }
            while (isHeldByAFormerMember(ended) && !closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                ended = takePart();
            }
            if (ended != null && !isClosing()) {
                listener.failed(ended);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody ends the thread, and so it ends
        } catch (Throwable bug) {
            LOG.atError()
                    .addKeyValue("group", group)
                    .setCause(bug)
                    .log("a bug ended the member of the group, report it");
            tell(bug);
        }
    }

    private void tell(Throwable bug) {
        String what =
                "group %s: taking part as %s was stopped by a bug, report it: %s".formatted(group, instanceId, bug);
        listener.failed(new LogException(Kind.REOPEN, what, bug));
    }

    private static boolean isHeldByAFormerMember(@Nullable LogException ended) {
        return ended != null
                && ended.kind() != Kind.FENCED
                && ended.getCause() instanceof UnreleasedInstanceIdException;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Takes part until this is closed, or the group cannot be taken part in any longer: then says why. */
    private @Nullable LogException takePart() {
        try {
            return takePart(KafkaReader.create(properties()));
        } catch (RuntimeException e) {
            return translate(e);
        }
    }

    private @Nullable LogException takePart(Consumer<byte[], byte[]> consumer) {
        KafkaHolds holds = new KafkaHolds(consumer, listener);
        boolean member = false;
        try {
            consumer.subscribe(List.of(topic), holds);
            do {
                consumer.poll(Duration.ZERO);
                ConsumerGroupMetadata metadata = consumer.groupMetadata();
                member |= metadata.generationId() > 0;
                holds.refresh(metadata);
            } while (!closing.await(REST_MS, TimeUnit.MILLISECONDS));
            holds.revokeAll();
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody ends the thread, and so it ends
            holds.revokeAll();
            return null;
        } catch (RuntimeException e) {
            holds.loseAll();
            return member && e instanceof UnreleasedInstanceIdException ? takenOver(e) : translate(e);
        } catch (Error bug) {
            holds.loseAll();
            throw bug;
        } finally {
            close(consumer);
        }
    }

    private LogException takenOver(RuntimeException e) {
        return new LogException(
                Kind.FENCED,
                "group %s: another member with the instance id %s took over".formatted(group, instanceId),
                e);
    }

    private LogException translate(RuntimeException e) {
        return e instanceof LogException known
                ? known
                : KafkaErrors.translate("group %s: taking part as %s".formatted(group, instanceId), e, Kind.REOPEN);
    }

    /** A member with an instance id keeps its partitions, for who comes back with it. */
    private void close(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.close(CloseOptions.timeout(LEAVING));
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("group", group).setCause(e).log("the group's consumer did not close in order");
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = settings.consumerProperties();
        properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instanceId);
        return properties;
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
