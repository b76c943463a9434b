package dev.kora.cdc.log;

/**
 * A group member's hold on the partitions of one assignment; opaque to everyone but the {@link Log} that made it.
 * Thread-safe.
 *
 * <p>It lives as long as the hold: when a rebalance leaves a partition with its member, the same object goes on being right,
 * and once the partition was revoked or lost it is refused for good.
 */
public interface GroupMembership {
    /** The group's id. */
    String group();
}
