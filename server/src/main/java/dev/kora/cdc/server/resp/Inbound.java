package dev.kora.cdc.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** The bytes that were read from a client and are not decoded yet. Belongs to the event loop. */
final class Inbound {
    private final RequestDecoder decoder;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    Inbound(RequestDecoder decoder) {
        this.decoder = decoder;
    }

    /** Takes bytes over, to be decoded behind those that are here. */
    void receive(ByteBufAllocator allocator, ByteBuf more) {
        bytes = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, bytes, more);
    }

    /**
     * The next request; null if there is no whole one.
     *
     * @param known see {@link RequestDecoder#next}
     * @throws ProtocolException what is here is no request: nothing more can be decoded
     */
    @Nullable
    Request next(boolean known) throws ProtocolException {
        Request request = decoder.next(bytes, known);
        if (request == null && !bytes.isReadable()) {
            discard();
        }
        return request;
    }

    /** Forgets the bytes. */
    void discard() {
        bytes.release();
        bytes = Unpooled.EMPTY_BUFFER;
    }
}
