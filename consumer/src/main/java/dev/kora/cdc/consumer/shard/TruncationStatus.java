package dev.kora.cdc.consumer.shard;

import org.jspecify.annotations.Nullable;

/**
 * How the truncation of a shard's WAL is.
 *
 * @param marker offset of the newest truncation marker that a checkpoint covers; null where there is none
 * @param truncatedTo first offset of the WAL after its last truncation; null where it was never truncated
 * @param last what the owner saw when it looked last; null where it has not yet
 * @param truncations how often this process has deleted something since it owns the shard
 * @param failures how often it could not look or delete
 * @param trouble why it cannot at the moment, in a sentence; empty where it can
 */
public record TruncationStatus(
        @Nullable Long marker,
        @Nullable Long truncatedTo,
        @Nullable TruncationReport last,
        long truncations,
        long failures,
        String trouble) {}
