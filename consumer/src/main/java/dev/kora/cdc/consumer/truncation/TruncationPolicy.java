package dev.kora.cdc.consumer.truncation;

import dev.kora.cdc.schema.CdcException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When an owner truncates its shards' WAL by itself, and what it waits for.
 *
 * @param markers whether it does as far as the writer has marked
 * @param minAge how long a checkpoint must have been committed before what it covers may go
 * @param holds consumer groups that are not to be overtaken
 * @param maxBytes size beyond which the oldest part of a shard's WAL goes; null for any
 * @param maxAge age beyond which entries go; null for any
 * @param interval after which an owner looks again
 */
public record TruncationPolicy(
        boolean markers,
        Duration minAge,
        List<String> holds,
        @Nullable Long maxBytes,
        @Nullable Duration maxAge,
        Duration interval) {

    /** Markers are honoured after a minute; no hold; nothing goes for its size or age. */
    public static final TruncationPolicy DEFAULT =
            new TruncationPolicy(true, Duration.ofMinutes(1), List.of(), null, null, Duration.ofSeconds(30));

    /** Nothing goes but at an operator's word. */
    public static final TruncationPolicy ON_REQUEST = DEFAULT.withMarkers(false);

    public TruncationPolicy {
        holds = List.copyOf(holds);
        check(!minAge.isNegative(), "minAge must not be negative, but is " + minAge);
        check(maxBytes == null || maxBytes > 0, "maxBytes must be at least 1, not " + maxBytes);
        check(
                maxAge == null || maxAge.compareTo(Duration.ZERO) > 0,
                "maxAge must be more than nothing, but is " + maxAge);
        check(interval.compareTo(Duration.ZERO) > 0, "interval must be more than nothing, but is " + interval);
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new CdcException.Invalid("truncation: " + message);
        }
    }

    /** Whether an owner looks by itself whether there is something to truncate. */
    public boolean automatic() {
        return markers || maxBytes != null || maxAge != null;
    }

    public TruncationPolicy withMarkers(boolean honoured) {
        return new TruncationPolicy(honoured, minAge, holds, maxBytes, maxAge, interval);
    }

    public TruncationPolicy withMinAge(Duration age) {
        return new TruncationPolicy(markers, age, holds, maxBytes, maxAge, interval);
    }

    public TruncationPolicy withHolds(List<String> groups) {
        return new TruncationPolicy(markers, minAge, groups, maxBytes, maxAge, interval);
    }

    /** This policy with other limits of what stays; null for none. */
    public TruncationPolicy withMost(@Nullable Long bytes, @Nullable Duration age) {
        return new TruncationPolicy(markers, minAge, holds, bytes, age, interval);
    }

    public TruncationPolicy withInterval(Duration time) {
        return new TruncationPolicy(markers, minAge, holds, maxBytes, maxAge, time);
    }
}
