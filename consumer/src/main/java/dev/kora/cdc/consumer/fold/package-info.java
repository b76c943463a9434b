/**
 * The fold: what one entry of the log does to the state of its shard, and nothing else. It follows Kora's own replay, with
 * time taken from the entry, so that the state at a position is a function of the log alone. It does no I/O, reads no
 * clock, and runs on the thread that owns the shard.
 */
@NullMarked
package dev.kora.cdc.consumer.fold;

import org.jspecify.annotations.NullMarked;
