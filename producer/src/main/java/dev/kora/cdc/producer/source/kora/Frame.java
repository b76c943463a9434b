package dev.kora.cdc.producer.source.kora;

import java.nio.ByteBuffer;

/** What stands in a log file at an offset. */
sealed interface Frame {

    /** Length and checksum around each payload. */
    int OVERHEAD_BYTES = 8;

    /** A frame with a right checksum. The payload is valid until the next read. */
    record Whole(long offset, int crc, ByteBuffer payload) implements Frame {}

    /** A frame with a right checksum that is longer than any record may be. */
    record Oversized(long offset, int crc, long payloadBytes) implements Frame {}

    /** The file ends before the frame does: its writer has not flushed the rest yet. */
    record Incomplete(long offset, long available) implements Frame {}

    /** No frame; nothing behind it can be found either. */
    record Damaged(long offset, String why) implements Frame {}
}
