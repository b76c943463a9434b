/**
 * Kafka behind the {@link dev.kora.cdc.log.Log} port. Readers and writers live on their callers' threads; a member of a group
 * has one thread of its own, {@code kora-group-<instance id>}, which polls and calls the listener.
 */
@NullMarked
package dev.kora.cdc.log.kafka;

import org.jspecify.annotations.NullMarked;
