package dev.kora.cdc.log;

import dev.kora.cdc.log.LogException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A member of a group of {@link FakeLog}; the test says what it is assigned and loses. The listener is called on the thread
 * of the test, without any lock.
 */
public final class FakeGroup implements Group {
    private final FakeLog log;
    private final String group;
    private final String instanceId;
    private final String topic;
    private final GroupListener listener;
    private final List<FakeMembership> memberships = new ArrayList<>();
    private final Set<LogPartition> held = new HashSet<>();
    private boolean closed;

    FakeGroup(FakeLog log, String group, String instanceId, String topic, GroupListener listener) {
        this.log = log;
        this.group = group;
        this.instanceId = instanceId;
        this.topic = topic;
        this.listener = listener;
    }

    public String group() {
        return group;
    }

    public String instanceId() {
        return instanceId;
    }

    /** The numbers of the partitions that the member believes to hold. */
    public Set<Integer> held() {
        return log.locked(
                () -> held.stream().map(LogPartition::partition).collect(Collectors.toCollection(TreeSet::new)));
    }

    public boolean isClosed() {
        return log.locked(() -> closed);
    }

    /** Gives partitions to this member, besides what it has. */
    public void assign(int... partitions) {
        Set<LogPartition> added = named(partitions);
        FakeMembership membership = log.locked(() -> {
            requireOpen();
            FakeMembership made = new FakeMembership(group, added);
            memberships.add(made);
            held.addAll(added);
            return made;
        });
        listener.assigned(added, membership);
    }

    /** Asks partitions back: this returns when the listener has let them go. */
    public void revoke(int... partitions) {
        Set<LogPartition> gone = named(partitions);
        log.run(this::requireOpen);
        listener.revoked(gone);
        log.run(() -> drop(gone));
    }

    /** The broker gives this member up without its knowing: its offsets are refused as ABORTABLE until {@link #lose}. */
    public void expire() {
        log.run(() -> memberships.forEach(FakeMembership::expire));
    }

    /** Tells the member that it lost partitions. */
    public void lose(int... partitions) {
        Set<LogPartition> gone = named(partitions);
        log.run(() -> {
            requireOpen();
            drop(gone);
        });
        listener.lost(gone);
    }

    /** Ends the membership with a failure; what was held is lost first. */
    public void fail(Kind kind) {
        Set<LogPartition> gone = log.locked(() -> {
            requireOpen();
            closed = true;
            return dropAll();
        });
        if (!gone.isEmpty()) {
            listener.lost(gone);
        }
        listener.failed(new LogException(kind, "scripted: the group fails", null));
    }

    @Override
    public void close() {
        Set<LogPartition> gone = log.locked(() -> {
            boolean first = !closed;
            closed = true;
            return first ? Set.copyOf(held) : Set.of();
        });
        if (!gone.isEmpty()) {
            listener.revoked(gone);
            log.run(this::dropAll);
        }
    }

    private Set<LogPartition> dropAll() {
        Set<LogPartition> gone = Set.copyOf(held);
        drop(gone);
        return gone;
    }

    private void drop(Set<LogPartition> gone) {
        held.removeAll(gone);
        memberships.forEach(m -> m.drop(gone));
    }

    private Set<LogPartition> named(int... partitions) {
        return IntStream.of(partitions)
                .mapToObj(i -> new LogPartition(topic, i))
                .collect(Collectors.toUnmodifiableSet());
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(instanceId + " has left the group " + group);
        }
    }
}
