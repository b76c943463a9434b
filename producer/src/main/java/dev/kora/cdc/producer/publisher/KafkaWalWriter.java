package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.SourceWriter;
import dev.kora.cdc.producer.SyncPolicy;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A writer of one shard: {@link dev.kora.cdc.schema.WalWriter} over the publisher's ring. Used by one thread at a time.
 *
 * <p>Under {@link SyncPolicy#EVERY_APPEND} an append that is not committed in time throws Unavailable although its entry was taken,
 * and says so: it must not be appended again, {@link #sync} waits for it.
 */
final class KafkaWalWriter implements SourceWriter {
    private final PublisherCore core;
    private final int shard;
    private final boolean syncsEveryAppend;
    /** Of the last entry that this writer appended; 0 before the first. */
    private long lastSequence;

    private boolean closed;

    KafkaWalWriter(PublisherCore core, int shard) {
        this.core = core;
        this.shard = shard;
        this.syncsEveryAppend = core.setup().config().syncPolicy() == SyncPolicy.EVERY_APPEND;
    }

    @Override
    public long append(WalRecord record) {
        return appendChecked(record, null);
    }

    @Override
    public long append(WalRecord record, Bytes sourcePosition) {
        return appendChecked(record, sourcePosition);
    }

    private long appendChecked(WalRecord record, @Nullable Bytes sourcePosition) {
        core.intake().check(record, sourcePosition);
        long sequence = take(record, sourcePosition);
        if (syncsEveryAppend && !awaitCommit()) {
            throw new CdcException.Unavailable(
                    "shard %d: the entry was taken with sequence %d, but not committed within %s; do not append it again, sync() waits for it (%s)"
                            .formatted(shard, sequence, core.setup().config().syncTimeout(), why()),
                    null);
        }
        return sequence;
    }

    private long take(WalEntry.Content content, @Nullable Bytes sourcePosition) {
        checkOpen();
        long sequence =
                core.backlog().room().awaited() ? EntryRing.FULL : core.intake().take(shard, content, sourcePosition);
        if (sequence == EntryRing.FULL) {
            sequence = takeWhenRoom(content, sourcePosition);
        }
        lastSequence = sequence;
        return sequence;
    }

    private long takeWhenRoom(WalEntry.Content content, @Nullable Bytes sourcePosition) {
        Duration timeout = core.setup().config().appendTimeout();
        long begun = core.setup().nanoClock().getAsLong();
        long sequence = core.backlog().room().await(timeout, () -> core.intake().take(shard, content, sourcePosition));
        core.metrics().roomWaitNanos.record(core.setup().nanoClock().getAsLong() - begun);
        if (sequence == EntryRing.FULL) {
            core.metrics().refusedFull.increment();
            throw new CdcException.Unavailable(
                    "shard %d: no room in the ring within %s; nothing was taken, try again. The ring of %d bytes holds %d uncommitted entries in %d bytes, %d of them of this shard (%s)"
                            .formatted(
                                    shard,
                                    timeout,
                                    core.backlog().ring().capacity(),
                                    core.backlog().pendingEntries(),
                                    core.backlog().ring().used(),
                                    core.backlog().pendingEntries(shard),
                                    why()),
                    null);
        }
        return sequence;
    }

    @Override
    public void sync() {
        checkOpen();
        core.halt().checkNotFailed();
        if (!awaitCommit()) {
            throw new CdcException.Unavailable(
                    "shard %d: sequence %d is not committed within %s, committed is %d; the entries stay in memory and are still tried (%s)"
                            .formatted(
                                    shard,
                                    lastSequence,
                                    core.setup().config().syncTimeout(),
                                    core.backlog().progress()[shard].committedSequence(),
                                    why()),
                    null);
        }
    }

    @Override
    public void truncate() {
        take(Control.TRUNCATE, null);
        sync();
    }

    /** Waits until what this writer appended is committed; returns whether it is. */
    private boolean awaitCommit() {
        ShardProgress progress = core.backlog().progress()[shard];
        try {
            return core.backlog().signal().await(core.setup().config().syncTimeout(), () -> {
                boolean committed = progress.committedSequence() >= lastSequence;
                if (!committed) {
                    core.halt().checkAlive();
                }
                return committed;
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CdcException.Unavailable(
                    "shard %d: interrupted before sequence %d was known to be committed; it stays in memory and is still tried"
                            .formatted(shard, lastSequence),
                    e);
        }
    }

    private String why() {
        String error = core.loop().condition().lastError();
        return error == null ? "the log has not failed" : "the log's last error: " + error;
    }

    private void checkOpen() {
        if (closed) {
            throw new CdcException.Fenced("this writer of shard " + shard + " is closed: ask for a new one", null);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            try {
                sync();
            } finally {
                closed = true;
            }
        }
    }
}
