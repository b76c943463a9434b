package dev.kora.cdc.producer;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A publisher that keeps the commands it takes until the test says what became of them. Belongs to one thread. */
public final class FakePublisher implements Publisher {
    private final int shards;
    private final List<List<ShardRecord>> commands = new ArrayList<>();
    private final List<CommitListener> waiting = new ArrayList<>();
    private final @Nullable Bytes[] positions;
    private Runnable meanwhile = () -> {};
    private boolean full;
    private @Nullable CdcException refusal;
    private int offers;

    public FakePublisher(int shards) {
        this.shards = shards;
        this.positions = new Bytes[shards];
    }

    /** The commands taken so far. */
    public List<List<ShardRecord>> commands() {
        return commands;
    }

    /** How often a command was offered, taken or not. */
    public int offers() {
        return offers;
    }

    /** Is run at each offer and each look at the status: what its own thread would do meanwhile. */
    public void meanwhile(Runnable action) {
        meanwhile = action;
    }

    public void full(boolean now) {
        full = now;
    }

    /** Takes nothing any more, for that cause; null where it does again, as a process started anew. */
    public void refuse(@Nullable CdcException cause) {
        refusal = cause;
    }

    /** Commits all that was taken. */
    public void commit() {
        commit(waiting.size());
    }

    /** Commits the next commands that were taken, in one transaction. */
    public void commit(int count) {
        List<CommitListener> told = new ArrayList<>(waiting.subList(0, count));
        int first = commands.size() - waiting.size();
        commands.subList(first, first + count).forEach(this::keepPositions);
        waiting.subList(0, count).clear();
        told.forEach(CommitListener::committed);
    }

    private void keepPositions(List<ShardRecord> command) {
        for (ShardRecord each : command) {
            Bytes position = each.sourcePosition();
            positions[each.shard()] = position == null ? positions[each.shard()] : position;
        }
    }

    /** How many commands are taken and not committed. */
    public int uncommitted() {
        return waiting.size();
    }

    /** Forgets what is not committed, as a process does that is killed; what is committed stays, for the next one. */
    public void crash() {
        commands.subList(commands.size() - waiting.size(), commands.size()).clear();
        waiting.clear();
    }

    public void late(CdcException.Unavailable cause) {
        waiting.forEach(listener -> listener.late(cause));
    }

    public void fail(CdcException cause) {
        waiting.forEach(listener -> listener.failed(cause));
        waiting.clear();
    }

    @Override
    public int shards() {
        return shards;
    }

    @Override
    public boolean tryAppend(List<ShardRecord> command, CommitListener listener) {
        offers++;
        meanwhile.run();
        if (refusal != null) {
            throw refusal;
        }
        command.forEach(this::check);
        if (full) {
            return false;
        }
        commands.add(command);
        waiting.add(listener);
        return true;
    }

    private void check(ShardRecord each) {
        if (each.shard() >= shards) {
            throw new CdcException.Invalid(
                    "shard %d does not exist: there are %d, from 0".formatted(each.shard(), shards));
        }
        Limits.check(each.record());
    }

    @Override
    public PublisherStatus status() {
        meanwhile.run();
        boolean fenced = refusal instanceof CdcException.Fenced;
        return new PublisherStatus(
                fenced ? PublisherStatus.State.FENCED : PublisherStatus.State.RETRYING,
                List.of(),
                64,
                8,
                0,
                0,
                7,
                0,
                0,
                fenced ? Optional.empty() : Optional.of(Instant.EPOCH),
                Optional.of("two\nlines"));
    }

    @Override
    public SourceWriter writer(int shard) {
        throw new UnsupportedOperationException("the sources append commands");
    }

    @Override
    public Optional<Bytes> sourcePosition(int shard) {
        return Optional.ofNullable(positions[shard]);
    }

    /** Stands where an earlier process left off. */
    public void sourcePosition(int shard, Bytes position) {
        positions[shard] = position;
    }

    @Override
    public void close() {}
}
