package dev.kora.cdc.log;

import java.util.HashSet;
import java.util.Set;

/** A hold on partitions of {@link FakeLog}, guarded by its lock. */
final class FakeMembership implements GroupMembership {
    private final String group;
    private final Set<LogPartition> held;
    private boolean expired;

    FakeMembership(String group, Set<LogPartition> held) {
        this.group = group;
        this.held = new HashSet<>(held);
    }

    @Override
    public String group() {
        return group;
    }

    /** Whether the member believes that it holds the partition. */
    boolean holds(LogPartition partition) {
        return held.contains(partition);
    }

    void drop(Set<LogPartition> partitions) {
        held.removeAll(partitions);
    }

    /** Whether the broker gave the member up, which it may not know yet. */
    boolean expired() {
        return expired;
    }

    void expire() {
        expired = true;
    }
}
