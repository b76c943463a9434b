package dev.kora.cdc.consumer.materializer;

import dev.kora.cdc.log.GroupMembership;
import dev.kora.cdc.log.Log;
import dev.kora.cdc.log.LogPartition;

/**
 * What the owner of one shard works with.
 *
 * @param membership the hold on the shard, as of its assignment
 */
record ShardSetup(int shard, MaterializerSetup all, GroupMembership membership) {

    MaterializerConfig config() {
        return all.config();
    }

    Log log() {
        return all.log();
    }

    LogPartition wal() {
        return config().wal(shard);
    }

    LogPartition snapshot() {
        return config().snapshot(shard);
    }

    long nowNanos() {
        return all.nanoClock().getAsLong();
    }

    long nowMs() {
        return all.clock().millis();
    }
}
