package dev.kora.cdc.producer;

/** When an append returns. */
public enum SyncPolicy {
    /** Once the entry is in the ring; {@code sync()} waits for its commit. */
    ON_SYNC,
    /** Once the entry is committed. */
    EVERY_APPEND
}
