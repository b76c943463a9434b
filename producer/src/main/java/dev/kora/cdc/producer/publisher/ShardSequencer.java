package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.WalEntry;
import dev.kora.cdc.schema.WalRecord;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives the entries of one shard their epoch, sequence and time, whatever number of writers the shard has.
 *
 * <p>Whoever appends holds the {@link #lock} from drafting an entry until it is published: so the ring has a shard's entries in
 * the order of their sequences, and an entry that found no room has taken no sequence. Nobody waits for anything but the lock
 * while holding it. Everything but the volatile fields is guarded by it.
 */
final class ShardSequencer {
    private final int shard;
    private final ReentrantLock lock = new ReentrantLock();
    private final ByteBuffer view;

    private volatile long epoch;
    private volatile long sequence;
    private volatile long timeMs;
    private volatile long takenBytes;
    /**
     * The latest end of a time to live; {@link Long#MAX_VALUE} where nobody knows, since an earlier writer's entries may hold
     * later ones.
     */
    private volatile long expiresAtMs = Long.MAX_VALUE;

    /** Of the log's last entry when this writer opened it. */
    private volatile long openedAfter;

    private long draftedSequence;
    private long draftedTimeMs;

    ShardSequencer(int shard, EntryRing ring) {
        this.shard = shard;
        this.view = ring.view();
    }

    int shard() {
        return shard;
    }

    ReentrantLock lock() {
        return lock;
    }

    /** This shard's view of the ring, for whoever holds the lock. */
    ByteBuffer view() {
        return view;
    }

    /** Goes on behind the log's last entry, in a new epoch. */
    void open(LogTail tail) {
        lock.lock();
        try {
            epoch = tail.epoch() + 1;
            openedAfter = tail.sequence();
            sequence = tail.sequence();
            timeMs = tail.timeMs();
            takenBytes = 0;
            expiresAtMs = tail.sequence() == 0 ? 0 : Long.MAX_VALUE;
            drop();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the next sequence and a time to an entry; {@link #take} makes it so, {@link #drop} undoes it. */
    void draft(long nowMs) {
        draftedTimeMs = Math.max(draftedTimeMs, nowMs);
        draftedSequence++;
    }

    /** Of the entry drafted last. */
    long draftedSequence() {
        return draftedSequence;
    }

    /** Of the entry drafted last. */
    long draftedTimeMs() {
        return draftedTimeMs;
    }

    /** Forgets what was drafted and not taken. */
    void drop() {
        draftedSequence = sequence;
        draftedTimeMs = timeMs;
    }

    /** Takes the sequences of all drafted entries. */
    void take() {
        sequence = draftedSequence;
        timeMs = draftedTimeMs;
    }

    /** Notes the size of an entry just taken, and when its key ends. */
    void took(WalEntry.Content content, int bytes) {
        addTakenBytes(bytes);
        Long ttlMs = ttlMs(content);
        if (ttlMs != null) {
            expires(WalEntry.expiresAtMs(timeMs, ttlMs));
        }
    }

    private void addTakenBytes(long bytes) {
        // Only the lock's holder writes, so that nothing is lost between reading and writing.
        long before = takenBytes;
        takenBytes = before + bytes;
    }

    private void expires(long atMs) {
        if (atMs != Long.MAX_VALUE) { // that one never ends
            expiresAtMs = Math.max(expiresAtMs, atMs);
        }
    }

    private static @Nullable Long ttlMs(WalEntry.Content content) {
        return switch (content) {
            case WalRecord.Set set -> set.ttlMs();
            case WalRecord.Expire expire -> Long.valueOf(expire.ttlMs());
            default -> null;
        };
    }

    long epoch() {
        return epoch;
    }

    /** Of the last entry taken. */
    long sequence() {
        return sequence;
    }

    /** Of the last entry taken. */
    long timeMs() {
        return timeMs;
    }

    /** Entries taken by this writer. */
    long takenEntries() {
        return sequence - openedAfter;
    }

    long takenBytes() {
        return takenBytes;
    }

    /** Whether a key may still be waiting for event time to reach its end: no entry has reached it yet. */
    boolean mayExpire() {
        return timeMs < expiresAtMs;
    }
}
