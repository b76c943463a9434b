/**
 * What the write side tells over HTTP, beside the consumer's {@code dev.kora.cdc.consumer.read}. Called on the endpoint's threads;
 * no thread belongs to this package.
 */
@NullMarked
package dev.kora.cdc.producer.http;

import org.jspecify.annotations.NullMarked;
