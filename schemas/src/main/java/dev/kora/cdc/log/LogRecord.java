package dev.kora.cdc.log;

import dev.kora.cdc.schema.Bytes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of a partition, as written or as read.
 *
 * @param offset in its partition; -1 before it is written
 * @param leaderEpoch the leader epoch it was written in; -1 before it is written or where unknown
 * @param timestampMs milliseconds since 1970, set by the writer
 * @param key null where the record has none
 * @param value null for a tombstone
 * @param headers by name; at most one of a name
 */
public record LogRecord(
        long offset,
        int leaderEpoch,
        long timestampMs,
        @Nullable Bytes key,
        @Nullable Bytes value,
        Map<String, Bytes> headers) {

    /** A record to be written. */
    public static LogRecord of(
            long timestampMs, @Nullable Bytes key, @Nullable Bytes value, Map<String, Bytes> headers) {
        return new LogRecord(-1, -1, timestampMs, key, value, headers);
    }
}
