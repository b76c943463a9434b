package dev.kora.cdc.server.resp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of the Redis protocol: listens, and answers with the commands of a table and with those about the connection, which
 * every port has. Thread-safe.
 *
 * <p>There is no TLS: a port belongs on the loopback interface or on a trusted network, where a password keeps out mistakes, not
 * eavesdroppers.
 */
public final class RespServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RespServer.class);
    private static final int BACKLOG = 511;
    /** What may lie between us and a client that does not read: reading from it stops above, and goes on below. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);
    /** How long requests that came before {@link #close} may take to be answered. */
    private static final long GRACE_MILLIS = 2_000;

    private final EventLoopGroup loops;
    private final Port port;
    private final Channel listener;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RespServer(EventLoopGroup loops, Port port, Channel listener) {
        this.loops = loops;
        this.port = port;
        this.listener = listener;
    }

    /**
     * Binds the address and starts to answer.
     *
     * @param commands those of the port: where one has the name of a command about the connection, it takes its place
     * @param info the port's part of INFO, asked for each INFO on a thread of {@code execution}
     * @param execution where the handlers run
     * @throws IOException the address cannot be bound; nothing is left running
     */
    public static RespServer start(
            RespOptions options, CommandTable commands, Supplier<List<InfoSection>> info, Execution execution)
            throws IOException {
        Port port = Port.open(options, commands, info, execution, System::nanoTime);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                options.threads(), new DefaultThreadFactory(options.name() + "-loop", true), NioIoHandler.newFactory());
        ChannelFuture bound = bootstrap(port, loops)
                .bind(new InetSocketAddress(options.host(), options.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            stop(loops, port);
            throw new IOException(
                    "the " + options.name() + " cannot listen on " + options.host() + ":" + options.port() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        warnIfOpen(options);
        return new RespServer(loops, port, bound.channel());
    }

    private static void warnIfOpen(RespOptions options) {
        if (options.password() == null
                && !new InetSocketAddress(options.host(), 0).getAddress().isLoopbackAddress()) {
            log.atWarn()
                    .addKeyValue("port", options.name())
                    .addKeyValue("host", options.host())
                    .log("whoever reaches this machine can use this port: it has no password");
        }
    }

    private static ServerBootstrap bootstrap(Port port, EventLoopGroup loops) {
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accept(port, channel);
                    }
                });
    }

    private static void accept(Port port, SocketChannel channel) {
        Duration idle = port.limits().idle();
        if (idle.isPositive()) {
            channel.pipeline().addLast(new IdleStateHandler(idle.toMillis(), 0, 0, TimeUnit.MILLISECONDS));
        }
        InetSocketAddress client = channel.remoteAddress();
        String address = client == null ? "?" : client.getAddress().getHostAddress() + ":" + client.getPort();
        channel.pipeline().addLast(new Connection(port, channel, port.newSession(address)));
    }

    /** The port that is bound. */
    public int port() {
        return listener.localAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    /** What this port has done since its start. */
    public RespMetrics metrics() {
        return port.metrics();
    }

    /**
     * Accepts no more connections and takes no more requests; answers those that it has taken, for up to 2 seconds, and closes
     * all connections. Takes a few seconds at most. Idempotent. Not to be called by a handler.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            listener.close().awaitUninterruptibly(GRACE_MILLIS);
            port.connections().close(GRACE_MILLIS);
            stop(loops, port);
        }
    }

    private static void stop(EventLoopGroup loops, Port port) {
        port.workers().stop();
        loops.shutdownGracefully(0, GRACE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * GRACE_MILLIS);
    }
}
