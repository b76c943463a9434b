package dev.kora.cdc.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The exchanges of one connection in the order of its requests: each reply is written when it and all before it are ready.
 *
 * <p>Belongs to the event loop, but for {@link #given}, {@link #ready} and {@link #full}, which any thread may call.
 */
final class Replies {
    /** Replies that are given but not written, in bytes, beyond which nothing more is executed. */
    private static final long UNWRITTEN_BYTES = 1024 * 1024;
    /** About as much as goes into one buffer. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private static final int FIRST_BYTES = 256;

    private final Channel channel;
    private final RespMetrics metrics;
    private final Bugs bugs;
    private final Runnable wakeUp;
    private final ArrayDeque<Exchange> exchanges = new ArrayDeque<>();
    private final AtomicLong unwritten = new AtomicLong();
    private long requestBytes;
    private boolean ended;

    /** @param wakeUp told on any thread that a reply is ready; must not throw */
    Replies(Channel channel, RespMetrics metrics, Bugs bugs, Runnable wakeUp) {
        this.channel = channel;
        this.metrics = metrics;
        this.bugs = bugs;
        this.wakeUp = wakeUp;
    }

    /** A reply of about so many bytes was given. */
    void given(long replyBytes) {
        unwritten.addAndGet(replyBytes);
    }

    /** An exchange is ready. */
    void ready() {
        wakeUp.run();
    }

    /** Whether the client takes replies more slowly than they are made: then make no more. */
    boolean full() {
        return unwritten.get() > UNWRITTEN_BYTES || !channel.isWritable();
    }

    void add(Exchange exchange) {
        exchanges.add(exchange);
        requestBytes += exchange.bytes();
    }

    /** How many requests wait for their replies to be written. */
    int waiting() {
        return exchanges.size();
    }

    /** About how many bytes of memory these requests take. */
    long requestBytes() {
        return requestBytes;
    }

    /** Whether a reply was written behind which there are no others. */
    boolean ended() {
        return ended;
    }

    /** Writes what is ready and in order, without flushing; false if there was nothing. */
    @SuppressWarnings("FutureReturnValueIgnored") // What fails on a channel closes it, and that its connection is told.
    boolean write() {
        boolean any = false;
        while (isNextReady()) {
            ByteBuf out = channel.alloc().ioBuffer(Math.clamp(unwritten.get(), FIRST_BYTES, BUFFER_BYTES));
            while (isNextReady() && out.readableBytes() < BUFFER_BYTES) {
                encodeNext(out);
            }
            channel.write(out, channel.voidPromise());
            any = true;
        }
        return any;
    }

    private boolean isNextReady() {
        Exchange next = exchanges.peek();
        return next != null && next.isReady();
    }

    private void encodeNext(ByteBuf out) {
        Exchange exchange = exchanges.remove();
        requestBytes -= exchange.bytes();
        if (encode(exchange, out) instanceof Reply.Failure) {
            metrics.failed();
        }
        unwritten.addAndGet(-exchange.replyBytes());
        metrics.settled(1);
        if (exchange.isLast()) {
            ended = true;
            drop();
        }
    }

    /** Encodes the reply, or if that fails an error; returns which. */
    private Reply encode(Exchange exchange, ByteBuf out) {
        int start = out.writerIndex();
        try {
            ReplyEncoder.encode(exchange.reply(), exchange.protocol(), out);
            return exchange.reply();
        } catch (RuntimeException e) {
            out.writerIndex(start);
            Reply error = bugs.report(exchange.request().text(0), e);
            ReplyEncoder.encode(error, exchange.protocol(), out);
            return error;
        }
    }

    /** Forgets all exchanges: their replies will not be written. */
    void drop() {
        metrics.settled(exchanges.size());
        exchanges.clear();
        requestBytes = 0;
    }
}
