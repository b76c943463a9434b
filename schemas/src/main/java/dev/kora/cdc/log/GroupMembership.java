package dev.kora.cdc.log;

/** A consumer group's member as of one assignment; opaque to everyone but the {@link Log} that made it. */
public interface GroupMembership {
    /** The group's id. */
    String group();
}
