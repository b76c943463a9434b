/**
 * The narrow port through which everything reaches Kafka: transactions, committed reading, ends, deletion. Kafka stands
 * behind it in {@code dev.kora.cdc.log.kafka}; tests and the simulation put their own log there.
 */
@NullMarked
package dev.kora.cdc.log;

import org.jspecify.annotations.NullMarked;
