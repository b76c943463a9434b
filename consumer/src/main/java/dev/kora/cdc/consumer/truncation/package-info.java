/**
 * How far a shard's WAL may be deleted: pure computation over what its owner knows and has asked for. No thread belongs to
 * this package, no clock, and nothing here does I/O; {@code consumer.materializer} does what it leads to.
 */
@NullMarked
package dev.kora.cdc.consumer.truncation;

import org.jspecify.annotations.NullMarked;
