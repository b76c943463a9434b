/**
 * The state of one shard as rows in key order, with the position in both topics that it stands at. A store is a cache of
 * the compacted partition: losing it, or falling back to an earlier commit, costs time and nothing else. One thread
 * applies batches; any thread may read through a view.
 */
@NullMarked
package dev.kora.cdc.consumer.store;

import org.jspecify.annotations.NullMarked;
