/**
 * The gateway: commands that take mutations from any Redis client, log them through a {@link
 * dev.kora.cdc.producer.Publisher} and acknowledge them once committed. Its commands run on the event loops of the port and
 * never wait; acknowledgements come from the publisher's thread.
 */
@NullMarked
package dev.kora.cdc.producer.source.resp;

import org.jspecify.annotations.NullMarked;
