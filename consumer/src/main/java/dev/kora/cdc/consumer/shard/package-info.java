/**
 * The shards of a database as readers and operators see them: which are served here, what each one holds, how far it is.
 * The materialiser implements these interfaces and the reads use them, so neither knows the other. Everything here may be
 * called on any thread; no thread belongs to this package.
 */
@NullMarked
package dev.kora.cdc.consumer.shard;

import org.jspecify.annotations.NullMarked;
