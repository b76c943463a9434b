package dev.kora.cdc.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a connection: what is still to be written goes out first.
 *
 * <p>A socket that is closed while its client still sends is reset, and that takes from the client the replies that it has not
 * read yet, the last of which says why. So the end is told first, and then the client is given a moment to close its side.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails on a channel closes it, and more is not wanted here.
final class Farewell {
    private static final int LINGER_MILLIS = 1_000;

    private Farewell() {}

    /** Ends a connection whose client may still be sending: its bytes are to be read and thrown away until it closes. */
    static void say(Channel channel, Reply.@Nullable Failure lastWords, int protocol) {
        write(channel, lastWords, protocol).addListener(written -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive() && !duplex.isInputShutdown()) {
                duplex.shutdownOutput();
                channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                channel.close();
            }
        });
    }

    /** Ends a connection for which nothing more is to be done, not even waiting. */
    static void sayInPassing(Channel channel, Reply.Failure lastWords) {
        write(channel, lastWords, 2).addListener(ChannelFutureListener.CLOSE);
    }

    private static ChannelFuture write(Channel channel, Reply.@Nullable Failure lastWords, int protocol) {
        ByteBuf out = channel.alloc().ioBuffer();
        if (lastWords != null) {
            ReplyEncoder.encode(lastWords, protocol, out);
        }
        return channel.writeAndFlush(out);
    }
}
