package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.CdcException;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What was taken and is not known to be committed, shard by shard, and who waits for it. The parts are shared between the callers'
 * threads and the draining thread, each saying for itself what whom belongs to; the methods are for the draining thread unless they say
 * otherwise.
 */
final class Backlog {
    private final EntryRing ring;
    private final ShardSequencer[] sequencers;
    private final ShardProgress[] progress;
    private final CommitListeners listeners = new CommitListeners();
    private final CommitSignal signal = new CommitSignal();
    private final Room room;

    Backlog(int shards, int bufferBytes, LongSupplier nanoClock) {
        ring = new EntryRing(bufferBytes);
        sequencers = new ShardSequencer[shards];
        progress = new ShardProgress[shards];
        Arrays.setAll(sequencers, shard -> new ShardSequencer(shard, ring));
        Arrays.setAll(progress, ShardProgress::new);
        room = new Room(nanoClock);
    }

    /** Everything that {@code reader} has drained is committed. */
    void commit(RingReader reader) {
        for (int shard = 0; shard < progress.length; shard++) {
            progress[shard].commit(sequencers[shard].epoch());
        }
        ring.release(reader.drained());
        signal.changed();
        room.made();
        listeners.committed(reader.drained());
    }

    /** What was drained and not committed will be drained again. */
    void rewind(RingReader reader) {
        reader.rewind(ring.committed());
        for (ShardProgress each : progress) {
            each.rewind();
        }
    }

    /** Nothing more will be committed: tells everybody who waits. For any thread, once the publisher has ended. */
    void end(CdcException cause) {
        signal.changed();
        listeners.failAll(cause);
        room.made();
    }

    EntryRing ring() {
        return ring;
    }

    ShardSequencer[] sequencers() {
        return sequencers;
    }

    ShardProgress[] progress() {
        return progress;
    }

    CommitListeners listeners() {
        return listeners;
    }

    CommitSignal signal() {
        return signal;
    }

    Room room() {
        return room;
    }

    /** Entries taken and not known to be committed. For any thread. */
    long pendingEntries() {
        long pending = 0;
        for (int shard = 0; shard < progress.length; shard++) {
            pending += pendingEntries(shard);
        }
        return pending;
    }

    /** Likewise for one shard. */
    long pendingEntries(int shard) {
        // What is committed is read first: it only grows, and never beyond what was taken.
        long committed = progress[shard].committedSequence();
        return sequencers[shard].sequence() - committed;
    }
}
