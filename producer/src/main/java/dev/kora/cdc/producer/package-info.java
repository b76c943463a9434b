/**
 * The write side as its users see it: a {@link dev.kora.cdc.producer.Publisher} for each database, the writers it hands out
 * for shards, and what it tells about itself. Engines, the gateway and the sources know this package alone; the publisher
 * behind it stands in {@code dev.kora.cdc.producer.publisher}. Its types are thread-safe unless they say otherwise.
 */
@NullMarked
package dev.kora.cdc.producer;

import org.jspecify.annotations.NullMarked;
