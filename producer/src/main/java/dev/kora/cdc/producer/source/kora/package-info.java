/**
 * Follows a Kora data directory: each shard's snapshot and write-ahead log become appends. One thread, {@code kora-source},
 * reads all shards; a shard whose files are damaged halts alone. The file formats are those of Kora v0.2.0.
 */
@NullMarked
package dev.kora.cdc.producer.source.kora;

import org.jspecify.annotations.NullMarked;
