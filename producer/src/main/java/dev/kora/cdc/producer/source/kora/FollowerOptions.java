package dev.kora.cdc.producer.source.kora;

/**
 * How a Kora directory is followed.
 *
 * @param snapshot whether the first attach reads {@code shard.rdb} before the log, as Kora's recovery does
 * @param skipOversized whether records beyond the limits are left out and counted, instead of halting their shard
 */
public record FollowerOptions(boolean snapshot, boolean skipOversized) {
    public static final FollowerOptions DEFAULT = new FollowerOptions(true, false);
}
