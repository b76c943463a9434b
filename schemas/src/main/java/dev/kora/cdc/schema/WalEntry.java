package dev.kora.cdc.schema;

/**
 * A {@link WalRecord} or a {@link Control} as it stands in the WAL topic.
 *
 * @param epoch counts the writers that opened the shard, from 1
 * @param sequence counts the committed entries of the shard, from 1; (epoch, sequence) is the entry's identity
 * @param timeMs the writer's clock in milliseconds since 1970, never going back within a shard; the Kafka timestamp
 * @param content what the entry says
 */
public record WalEntry(long epoch, long sequence, long timeMs, Content content) {

    /** What an entry carries: a mutation or a word about the log. */
    public sealed interface Content permits WalRecord, Control {}

    /**
     * The absolute time at which a time to live that starts at {@code timeMs} ends.
     *
     * @param ttlMs unsigned 64-bit milliseconds
     * @return milliseconds since 1970, saturating: {@link Long#MAX_VALUE} means never
     */
    public static long expiresAtMs(long timeMs, long ttlMs) {
        long end = timeMs + ttlMs;
        return ttlMs < 0 || end < timeMs ? Long.MAX_VALUE : end;
    }

    /**
     * The time to live that is left at {@code timeMs} of a key that ends at {@code expiresAtMs}.
     *
     * @return unsigned 64-bit milliseconds, 0 where none is left; the largest where it never ends
     */
    public static long ttlMs(long timeMs, long expiresAtMs) {
        return expiresAtMs == Long.MAX_VALUE ? -1 : Math.max(0, expiresAtMs - timeMs);
    }
}
