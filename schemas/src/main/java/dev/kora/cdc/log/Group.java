package dev.kora.cdc.log;

/** A member of a consumer group, until it is closed. Made by {@link Log#joinGroup}; thread-safe. */
public interface Group extends AutoCloseable {

    /**
     * Hands all partitions back ({@link GroupListener#revoked} is called for them) and leaves. Its partitions are kept for a
     * member of the same instance id that comes back within the group's session time-out. Idempotent; must not be called by
     * the listener.
     */
    @Override
    void close();
}
