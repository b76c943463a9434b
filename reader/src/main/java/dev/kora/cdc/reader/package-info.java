/**
 * Reading both topics so that nothing is skipped, doubled or mistaken in silence: the WAL with its sequences verified, the
 * compacted partition up to a checkpoint whose count and digest match. Nothing here has a thread of its own; each reader
 * belongs to the thread that polls it.
 */
@NullMarked
package dev.kora.cdc.reader;

import org.jspecify.annotations.NullMarked;
