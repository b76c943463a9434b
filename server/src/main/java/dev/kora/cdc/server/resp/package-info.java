/**
 * A server for the Redis protocol, RESP2 and RESP3, shared by the gateway and by the reads. A port is a {@link
 * dev.kora.cdc.server.resp.CommandTable} behind a {@link dev.kora.cdc.server.resp.RespServer}; connection commands (PING,
 * HELLO, CLIENT, …), limits, order of replies and back-pressure live here once.
 *
 * <p>A connection belongs to one event loop thread, which decodes requests and encodes replies. Commands run on the
 * executor that the port gives, one at a time and in order within a connection: the event loop itself for commands that
 * never block, other threads for those that may.
 */
@NullMarked
package dev.kora.cdc.server.resp;

import org.jspecify.annotations.NullMarked;
