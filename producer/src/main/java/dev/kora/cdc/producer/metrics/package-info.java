/**
 * The write side's numbers as metrics, for processes that serve them; who embeds the writer alone reads {@link
 * dev.kora.cdc.producer.PublisherStatus} instead. Values are asked for by the thread that scrapes.
 */
@NullMarked
package dev.kora.cdc.producer.metrics;

import org.jspecify.annotations.NullMarked;
