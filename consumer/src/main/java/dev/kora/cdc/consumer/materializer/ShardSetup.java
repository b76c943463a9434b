package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;

/**
 * What the owner of one shard works with.
 *
 * @param membership the hold on the shard, as of its assignment
 * @param wal the shard's partition of the WAL
 * @param snapshot the shard's compacted partition
 */
record ShardSetup(
        int shard, MaterializerSetup all, GroupMembership membership, LogPartition wal, LogPartition snapshot) {

    static ShardSetup of(int shard, MaterializerSetup all, GroupMembership membership) {
        MaterializerConfig config = all.config();
        return new ShardSetup(
                shard,
                all,
                membership,
                new LogPartition(config.walTopic(), shard),
                new LogPartition(config.snapshotTopic(), shard));
    }

    MaterializerConfig config() {
        return all.config();
    }

    Log log() {
        return all.log();
    }

    /** Tells that a step comes next. */
    void at(Step step) {
        all.steps().accept(step);
    }

    long nowNanos() {
        return all.nanoClock().getAsLong();
    }

    long nowMs() {
        return all.clock().millis();
    }
}
