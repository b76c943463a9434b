/**
 * The store on RocksDB: one database per shard, with the position in the same batch as the rows. Nothing else in the
 * project sees RocksDB. The thread that owns the shard applies batches and closes the store; views may be opened, read and
 * closed on any thread.
 */
@NullMarked
package dev.kora.cdc.consumer.store.rocks;

import org.jspecify.annotations.NullMarked;
