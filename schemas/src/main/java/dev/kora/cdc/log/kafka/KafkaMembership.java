package dev.kora.cdc.log.kafka;

import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.LogPartition;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * The hold on the partitions of one assignment. Thread-safe.
 *
 * <p>What the group is told comes from the thread that polls, never from the consumer at the moment of a commit: a member that
 * lost a partition and joined again would be given metadata that are right, for partitions that it does not hold. So metadata
 * and partitions change together, and only on that thread: whoever is given metadata held the partition when they were new.
 */
final class KafkaMembership implements GroupMembership {
    private final String group;
    private volatile Hold hold;

    private record Hold(ConsumerGroupMetadata metadata, Set<LogPartition> partitions) {}

    KafkaMembership(ConsumerGroupMetadata metadata, Set<LogPartition> partitions) {
        this.group = metadata.groupId();
        this.hold = new Hold(metadata, Set.copyOf(partitions));
    }

    @Override
    public String group() {
        return group;
    }

    /** What proves the hold of a partition to the group; empty once it was revoked or lost. */
    Optional<ConsumerGroupMetadata> metadataFor(LogPartition partition) {
        Hold current = hold;
        return current.partitions().contains(partition) ? Optional.of(current.metadata()) : Optional.empty();
    }

    /** The group has gone on, and the partitions have stayed. */
    void refresh(ConsumerGroupMetadata metadata) {
        hold = new Hold(metadata, hold.partitions());
    }

    void drop(Set<LogPartition> gone) {
        Set<LogPartition> left = new HashSet<>(hold.partitions());
        left.removeAll(gone);
        hold = new Hold(hold.metadata(), Set.copyOf(left));
    }

    Set<LogPartition> partitions() {
        return hold.partitions();
    }
}
