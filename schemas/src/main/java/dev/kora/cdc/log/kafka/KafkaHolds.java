package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.GroupListener;
import dev.kora.cdc.log.LogPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What a member of a group holds at the moment, and who is told of it. For the thread that polls, which is also the one that
 * Kafka's consumer calls back on.
 */
final class KafkaHolds implements ConsumerRebalanceListener {
    private final Consumer<?, ?> consumer;
    private final GroupListener listener;
    private final List<KafkaMembership> memberships = new ArrayList<>();

    KafkaHolds(Consumer<?, ?> consumer, GroupListener listener) {
        this.consumer = consumer;
        this.listener = listener;
    }

    /** Nothing is to be read: with a position of their own the partitions' committed offsets are not asked for either. */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
        if (added.isEmpty()) {
            return;
        }
        consumer.pause(added);
        added.forEach(each -> consumer.seek(each, new OffsetAndMetadata(0)));
        Set<LogPartition> partitions = named(added);
        KafkaMembership membership = new KafkaMembership(consumer.groupMetadata(), partitions);
        memberships.add(membership);
        listener.assigned(partitions, membership);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        revoke(named(revoked));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        lose(named(lost));
    }

    /** The holds are good until the listener has let them go. */
    private void revoke(Set<LogPartition> revoked) {
        Set<LogPartition> gone = held(revoked);
        if (!gone.isEmpty()) {
            listener.revoked(gone);
            drop(gone);
        }
    }

    private void lose(Set<LogPartition> lost) {
        Set<LogPartition> gone = held(lost);
        if (!gone.isEmpty()) {
            drop(gone);
            listener.lost(gone);
        }
    }

    void revokeAll() {
        revoke(all());
    }

    void loseAll() {
        lose(all());
    }

    /** Keeps the memberships right while the group goes on. */
    void refresh(ConsumerGroupMetadata metadata) {
        memberships.forEach(each -> each.refresh(metadata));
    }

    private void drop(Set<LogPartition> gone) {
        memberships.forEach(each -> each.drop(gone));
        memberships.removeIf(each -> each.partitions().isEmpty());
    }

    private Set<LogPartition> held(Set<LogPartition> partitions) {
        Set<LogPartition> held = all();
        held.retainAll(partitions);
        return held;
    }

    private Set<LogPartition> all() {
        Set<LogPartition> all = new HashSet<>();
        memberships.forEach(each -> all.addAll(each.partitions()));
        return all;
    }

    private static Set<LogPartition> named(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .map(each -> new LogPartition(each.topic(), each.partition()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
