/**
 * The publisher: group commit into the WAL topic, exactly once. Callers' threads put entries into the ring ({@code Intake},
 * {@code EntryRing}); one thread, {@code kora-publisher-<database>}, owns everything behind it ({@code CommitLoop}) and
 * reaches Kafka through the log port alone. {@code PublisherCore} holds the parts without any thread, so that a simulation
 * can drive them step by step.
 */
@NullMarked
package dev.kora.cdc.producer.publisher;

import org.jspecify.annotations.NullMarked;
