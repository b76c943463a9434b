/**
 * The WAL in JSON Lines: what {@code tail} and exports print, and what the {@code jsonl} source reads. One format, both
 * ways. Everything here is immutable or stateless and owned by no thread.
 */
@NullMarked
package dev.kora.cdc.jsonl;

import org.jspecify.annotations.NullMarked;
