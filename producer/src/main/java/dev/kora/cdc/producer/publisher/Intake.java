package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.CommitListener;
import dev.kora.cdc.producer.ShardRecord;
import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Control;
import dev.kora.cdc.schema.KafkaKeys;
import dev.kora.cdc.schema.Limits;
import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalEntryCodec;
import dev.kora.cdc.schema.WalRecord;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes entries into the ring, on the callers' threads, without waiting. Thread-safe.
 *
 * <p>The order of things under the lock of a shard: claim the space, then draft sequence and time, then encode in place, then take and
 * publish. Whatever fails on the way leaves the sequence where it was; a claim that cannot be filled becomes padding.
 *
 * <p>A command locks all of its shards in ascending order, so that two commands cannot wait for each other, and is one claim: its
 * frames stand side by side, each but the last saying that more follow, and are published by their first.
 */
final class Intake {
    private final PublisherSetup setup;
    private final EntryRing ring;
    private final ShardSequencer[] shards;
    private final CommitListeners listeners;
    private final Halt halt;
    private final Doorbell doorbell;
    private final PublisherMetrics metrics;

    Intake(PublisherSetup setup, Backlog backlog, Halt halt, Doorbell doorbell, PublisherMetrics metrics) {
        this.setup = setup;
        this.ring = backlog.ring();
        this.shards = backlog.sequencers();
        this.listeners = backlog.listeners();
        this.halt = halt;
        this.doorbell = doorbell;
        this.metrics = metrics;
    }

    /**
     * Makes sure that a record can be carried.
     *
     * @throws CdcException.Invalid it cannot; the message says why
     */
    void check(WalRecord record, @Nullable Bytes sourcePosition) {
        try {
            Limits.check(record);
            checkFrame(frameBytes(record, sourcePosition));
        } catch (CdcException.Invalid e) {
            metrics.refusedInvalid.increment();
            throw e;
        }
    }

    private void checkFrame(int bytes) {
        if (bytes > ring.maxClaim()) {
            throw new CdcException.Invalid(
                    "the record takes %d bytes in a ring of %d, of which one entry may take half: enlarge the ring"
                            .formatted(bytes, ring.capacity()));
        }
    }

    /**
     * Takes one entry, which was checked before.
     *
     * @return its sequence, or {@link EntryRing#FULL}: nothing was taken
     * @throws CdcException.Fenced the publisher takes no more entries
     */
    long take(int shard, WalEntry.Content content, @Nullable Bytes sourcePosition) {
        ShardSequencer sequencer = shards[shard];
        sequencer.lock().lock();
        try {
            halt.checkTaking();
            return takeLocked(sequencer, content, sourcePosition);
        } finally {
            sequencer.lock().unlock();
        }
    }

    /** Takes a control entry unless the shard is busy or the ring is full. For the draining thread, which never waits. */
    boolean tryTake(int shard, Control control) {
        ShardSequencer sequencer = shards[shard];
        if (!sequencer.lock().tryLock()) {
            return false;
        }
        try {
            return takeLocked(sequencer, control, null) != EntryRing.FULL;
        } finally {
            sequencer.lock().unlock();
        }
    }

    private long takeLocked(ShardSequencer sequencer, WalEntry.Content content, @Nullable Bytes sourcePosition) {
        int bytes = frameBytes(content, sourcePosition);
        long at = ring.tryClaim(bytes);
        if (at == EntryRing.FULL) {
            return EntryRing.FULL;
        }
        boolean written = false;
        try {
            sequencer.draft(setup.clock().millis());
            write(at, bytes, sequencer, content, sourcePosition, 0);
            written = true;
        } finally {
            if (!written) {
                sequencer.drop();
                ring.discard(at, bytes);
            }
        }
        sequencer.take();
        sequencer.took(content, bytes);
        ring.publish(at, bytes);
        doorbell.ring();
        return sequencer.sequence();
    }

    /** Takes all records of a command, or none: see {@link dev.kora.cdc.producer.Publisher#tryAppend}. */
    boolean takeCommand(List<ShardRecord> command, CommitListener listener) {
        int bytes = commandBytes(command);
        boolean[] involved = new boolean[shards.length];
        for (ShardRecord each : command) {
            involved[each.shard()] = true;
        }
        lock(involved);
        try {
            halt.checkTaking();
            return takeCommandLocked(command, bytes, listener);
        } finally {
            unlock(involved);
        }
    }

    private int commandBytes(List<ShardRecord> command) {
        try {
            return checkCommand(command);
        } catch (CdcException.Invalid e) {
            metrics.refusedInvalid.increment();
            throw e;
        }
    }

    private int checkCommand(List<ShardRecord> command) {
        if (command.isEmpty()) {
            throw new CdcException.Invalid("a command has at least one record");
        }
        long bytes = 0;
        for (ShardRecord each : command) {
            if (each.shard() < 0 || each.shard() >= shards.length) {
                throw new CdcException.Invalid(
                        "shard %d does not exist: there are %d, from 0".formatted(each.shard(), shards.length));
            }
            Limits.check(each.record());
            bytes += frameBytes(each);
        }
        if (command.size() == 1) {
            checkFrame((int) bytes);
        } else {
            checkBound("records", command.size(), setup.config().batchRecords());
            checkBound("bytes", bytes, Math.min(setup.config().batchBytes(), ring.maxClaim()));
        }
        return (int) bytes;
    }

    private static void checkBound(String unit, long size, int bound) {
        if (size > bound) {
            throw new CdcException.Invalid(
                    "the command has %d %s, and one commit takes at most %d: split it".formatted(size, unit, bound));
        }
    }

    private boolean takeCommandLocked(List<ShardRecord> command, int bytes, CommitListener listener) {
        long at = ring.tryClaim(bytes);
        if (at == EntryRing.FULL) {
            return false;
        }
        boolean written = false;
        try {
            writeAll(at, command);
            written = true;
        } finally {
            if (!written) {
                command.forEach(each -> shards[each.shard()].drop());
                ring.discard(at, bytes);
            }
        }
        takeAll(command);
        listeners.add(at + bytes, listener, setup.nanoClock().getAsLong());
        publishAll(at + bytes, command);
        doorbell.ring();
        return true;
    }

    private void writeAll(long at, List<ShardRecord> command) {
        long cursor = at;
        for (int i = 0; i < command.size(); i++) {
            ShardRecord each = command.get(i);
            int bytes = frameBytes(each);
            int flags = i + 1 < command.size() ? Frame.MORE : 0;
            ShardSequencer sequencer = shards[each.shard()];
            sequencer.draft(setup.clock().millis());
            WalRecord record = ending(each, sequencer.draftedTimeMs());
            write(cursor, bytes, sequencer, record, each.sourcePosition(), flags);
            cursor += bytes;
        }
    }

    /** The record with the time to live that is left at its entry's time, where it ends at a time of its own. */
    private static WalRecord ending(ShardRecord each, long timeMs) {
        Long expiresAtMs = each.expiresAtMs();
        if (expiresAtMs == null) {
            return each.record();
        }
        long ttlMs = WalEntry.ttlMs(timeMs, expiresAtMs);
        return switch (each.record()) {
            case WalRecord.Set set -> new WalRecord.Set(set.key(), set.value(), ttlMs);
            case WalRecord.Expire expire -> new WalRecord.Expire(expire.key(), ttlMs);
            case WalRecord other -> other;
        };
    }

    private void takeAll(List<ShardRecord> command) {
        command.forEach(each -> shards[each.shard()].take());
        command.forEach(each -> shards[each.shard()].took(each.record(), frameBytes(each)));
    }

    private void publishAll(long end, List<ShardRecord> command) {
        long cursor = end;
        for (int i = command.size() - 1; i >= 0; i--) {
            int bytes = frameBytes(command.get(i));
            cursor -= bytes;
            ring.publish(cursor, bytes);
        }
    }

    /** Writes the whole frame but its length, with the sequence and time just drafted. */
    private void write(
            long at,
            int bytes,
            ShardSequencer sequencer,
            WalEntry.Content content,
            @Nullable Bytes sourcePosition,
            int flags) {
        int frame = ring.index(at);
        ByteBuffer into = sequencer.view();
        into.limit(frame + bytes).position(frame + Frame.HEADER_BYTES);
        KafkaKeys.put(content, into);
        int value = into.position();
        setup.codec().encode(sequencer.epoch(), sequencer.draftedSequence(), sequencer.draftedTimeMs(), content, into);
        into.putInt(frame + Frame.VALUE_BYTES, into.position() - value);
        if (sourcePosition != null) {
            into.put(sourcePosition.array());
        }
        into.putInt(frame + Frame.FLAGS, content == Control.WRITER_OPENED ? Frame.WRITER_OPENED : flags);
        into.putLong(frame + Frame.SEQUENCE, sequencer.draftedSequence());
        into.putLong(frame + Frame.TIME_MS, sequencer.draftedTimeMs());
        into.putInt(frame + Frame.SHARD, sequencer.shard());
        into.putInt(frame + Frame.KEY_BYTES, KafkaKeys.size(content));
        into.putInt(frame + Frame.POSITION_BYTES, sourcePosition == null ? Frame.NONE : sourcePosition.length());
    }

    private static int frameBytes(ShardRecord each) {
        return frameBytes(each.record(), each.sourcePosition());
    }

    private static int frameBytes(WalEntry.Content content, @Nullable Bytes sourcePosition) {
        return Frame.bytes(
                KafkaKeys.size(content),
                WalEntryCodec.maxEncodedSize(content),
                sourcePosition == null ? Frame.NONE : sourcePosition.length());
    }

    /** Waits until nobody is taking an entry: whoever takes one afterwards sees what was set before. */
    void passAll() {
        boolean[] all = new boolean[shards.length];
        Arrays.fill(all, true);
        lock(all);
        unlock(all);
    }

    private void lock(boolean[] involved) {
        for (int shard = 0; shard < involved.length; shard++) {
            if (involved[shard]) {
                shards[shard].lock().lock();
            }
        }
    }

    private void unlock(boolean[] involved) {
        for (int shard = 0; shard < involved.length; shard++) {
            if (involved[shard]) {
                shards[shard].lock().unlock();
            }
        }
    }
}
