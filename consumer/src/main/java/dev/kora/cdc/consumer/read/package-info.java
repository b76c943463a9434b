/**
 * Answers reads from the stores of this process: the Redis protocol for clients ({@link
 * dev.kora.cdc.consumer.read.RespReads}), HTTP for operators and monitoring ({@link
 * dev.kora.cdc.consumer.read.HttpReads}), and what operators can have done with halted shards ({@link
 * dev.kora.cdc.consumer.read.HttpOperations}). Nothing here changes a store, and nothing depends on this package. Commands run
 * on the executor of the port they came in by; each one sees every shard as it stood when the command began.
 */
@NullMarked
package dev.kora.cdc.consumer.read;

import org.jspecify.annotations.NullMarked;
