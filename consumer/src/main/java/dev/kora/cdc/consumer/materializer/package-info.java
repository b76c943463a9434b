/**
 * The materialiser: folds the WAL of the shards that a process owns into the compacted topic first and its stores second.
 * A group assigns the shards ({@code ShardOwners}); each owned shard has one thread, {@code kora-shard-<database>-<n>}
 * ({@code ShardWorker}), which drives {@code ShardLoop}. The loop and what it uses have no thread and no clock of their
 * own, so that a simulation can drive them step by step.
 */
@NullMarked
package dev.kora.cdc.consumer.materializer;

import org.jspecify.annotations.NullMarked;
