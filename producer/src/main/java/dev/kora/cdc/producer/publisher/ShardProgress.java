package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;

/**
 * How far one shard's entries have come: drained from the ring, and committed in the log. Written by the draining thread; what is
 * committed may be read by any.
 */
final class ShardProgress {
    private final int shard;

    private volatile long committedEpoch;
    private volatile long committedSequence;
    private volatile long committedBytes;
    private volatile @Nullable Bytes committedPosition;

    private long drainedSequence;
    private long drainedBytes;
    private @Nullable Bytes drainedPosition;
    /** By the nano clock, when an entry was drained last. */
    private long drainedAtNanos;

    ShardProgress(int shard) {
        this.shard = shard;
    }

    /** Goes on behind the log's last entry. */
    void open(LogTail tail, long nowNanos) {
        committedEpoch = tail.epoch();
        committedSequence = tail.sequence();
        committedPosition = tail.sourcePosition();
        drainedAtNanos = nowNanos;
        rewind();
    }

    /** Passes over the frame that was read last. */
    void drain(RingReader frame, long nowNanos) {
        if (frame.sequence() != drainedSequence + 1) {
            throw new CdcException.Corrupt("shard %d: the ring holds sequence %d behind %d: this is a bug, report it"
                    .formatted(shard, frame.sequence(), drainedSequence));
        }
        drainedSequence = frame.sequence();
        drainedBytes += frame.frameBytes();
        Bytes position = frame.sourcePosition();
        drainedPosition = position == null ? drainedPosition : position;
        drainedAtNanos = nowNanos;
    }

    /** Whether something was drained that is not committed. */
    boolean hasDrained() {
        return drainedSequence > committedSequence;
    }

    /** What was drained is committed. */
    void commit(long epoch) {
        if (hasDrained()) {
            committedEpoch = epoch;
            committedBytes = drainedBytes;
            committedPosition = drainedPosition;
            committedSequence = drainedSequence;
        }
    }

    /** What was drained and not committed will be drained again. */
    void rewind() {
        drainedSequence = committedSequence;
        drainedBytes = committedBytes;
        drainedPosition = committedPosition;
    }

    long committedEpoch() {
        return committedEpoch;
    }

    long committedSequence() {
        return committedSequence;
    }

    long committedBytes() {
        return committedBytes;
    }

    @Nullable
    Bytes committedPosition() {
        return committedPosition;
    }

    long drainedSequence() {
        return drainedSequence;
    }

    /** The newest source position as of the entry drained last, or null. */
    @Nullable
    Bytes drainedPosition() {
        return drainedPosition;
    }

    long drainedAtNanos() {
        return drainedAtNanos;
    }
}
