package dev.kora.cdc.consumer.shard;

/** Says for each shard of a database whether this process can answer for it, and how it is. Thread-safe, never blocks. */
public interface ShardDirectory {

    /** Number of shards of the database; the shards are {@code 0} to {@code shards() - 1}. */
    int shards();

    /** How the state of a shard can be read at this moment. */
    ShardAccess access(int shard);

    /** How a shard is at this moment, for people and monitoring. */
    ShardStatus status(int shard);
}
