/**
 * A small HTTP server for operators and monitoring: routes are values, answers are JSON or plain text. Each exchange runs
 * on a virtual thread of its own; one platform thread, {@code http}, accepts connections.
 */
@NullMarked
package dev.kora.cdc.server.http;

import org.jspecify.annotations.NullMarked;
