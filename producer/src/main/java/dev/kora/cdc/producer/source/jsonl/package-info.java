/**
 * Reads JSON Lines from a file or a stream into a database. One thread, {@code jsonl-source} or that of whoever runs the source, reads and appends; what it
 * tells of itself may be asked for by any. The format of the lines is that of {@code dev.kora.cdc.jsonl}.
 */
@NullMarked
package dev.kora.cdc.producer.source.jsonl;

import org.jspecify.annotations.NullMarked;
