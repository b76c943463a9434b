package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.Publisher;
import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A publisher that keeps the commands it takes until the test says what became of them. */
final class FakePublisher implements Publisher {
    private final int shards;
    private final List<List<ShardRecord>> commands = new ArrayList<>();
    private final List<CommitListener> waiting = new ArrayList<>();
    private boolean full;
    private @Nullable CdcException refusal;
    private int offers;

    FakePublisher(int shards) {
        this.shards = shards;
    }

    /** The commands taken so far. */
    List<List<ShardRecord>> commands() {
        return commands;
    }

    /** How often a command was offered, taken or not. */
    int offers() {
        return offers;
    }

    void full(boolean now) {
        full = now;
    }

    void refuse(CdcException cause) {
        refusal = cause;
    }

    void commit() {
        waiting.forEach(CommitListener::committed);
        waiting.clear();
    }

    void fail(CdcException cause) {
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
        if (refusal != null) {
            throw refusal;
        }
        command.forEach(each -> Limits.check(each.record()));
        if (full) {
            return false;
        }
        commands.add(command);
        waiting.add(listener);
        return true;
    }

    @Override
    public PublisherStatus status() {
        return new PublisherStatus(
                PublisherStatus.State.RETRYING, List.of(), 64, 8, 0, 0, 7, 0, 0, Optional.of("two\nlines"));
    }

    @Override
    public SourceWriter writer(int shard) {
        throw new UnsupportedOperationException("the gateway needs no writer");
    }

    @Override
    public Optional<Bytes> sourcePosition(int shard) {
        throw new UnsupportedOperationException("the gateway keeps no place");
    }

    @Override
    public void close() {}
}
