package dev.kora.cdc.consumer.materializer;

/**
 * When a store is made to survive a crash: after so many changed bytes, or some time after a change. A crash costs the reading
 * of what was committed since. Commits that change no row (heartbeats) do not count. Not thread-safe.
 */
final class FlushPolicy {
    private final long maxBytes;
    private final long maxNanos;
    private long bytes;
    private long changedAtNanos;

    FlushPolicy(MaterializerConfig config) {
        this.maxBytes = config.flushBytes();
        this.maxNanos = config.flushInterval().toNanos();
    }

    void changed(long changedBytes, long nowNanos) {
        if (bytes == 0) {
            changedAtNanos = nowNanos;
        }
        bytes += changedBytes;
    }

    boolean isDue(long nowNanos) {
        return bytes > 0 && (bytes >= maxBytes || nowNanos - changedAtNanos >= maxNanos);
    }

    void flushed() {
        bytes = 0;
    }
}
