/**
 * A real Redis as the judge of what the gateway, the log, the fold and the reads make of the same commands. Used by one
 * thread of a test.
 */
@NullMarked
package dev.kora.cdc.stack.judge;

import org.jspecify.annotations.NullMarked;
