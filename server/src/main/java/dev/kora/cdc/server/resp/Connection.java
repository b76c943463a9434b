package dev.kora.cdc.server.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: decodes its requests, has them executed by its {@link Lane}, writes their {@link Replies}.
 *
 * <p>It works in rounds ({@link #pump}): decode what has come and may be decoded, start the lane, write what is ready. What stops
 * a round from decoding also stops reading from the socket, and so in the end the client: too many or too large requests without
 * a reply, a handler without room, replies that the client does not take.
 *
 * <p>Belongs to the event loop of its channel, but for {@link #wakeUp}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails on a channel closes it, and of that we are told.
final class Connection extends ChannelInboundHandlerAdapter implements Lane.Host {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    /** How long a handler without room is given before it is asked again. */
    private static final int BUSY_MILLIS = 1;
    /** How long a client may take to give the password. */
    private static final int STRANGER_MILLIS = 30_000;

    private final Port port;
    private final Channel channel;
    private final Loop loop;
    private final Session session;
    private final Inbound inbound;
    private final Replies replies;
    private final Lane lane;
    private final AtomicBoolean woken = new AtomicBoolean();

    /** Between the first bytes that a loop over the sockets finds here and its going on to the next socket. */
    private boolean receiving;

    private boolean pumping;
    private boolean pumpAgain;
    private boolean unflushed;
    /** Too much is waiting: until half of it is done, nothing is decoded. */
    private boolean congested;
    /** No request is decoded any more: those that were are answered, then the connection ends. */
    private boolean ending;

    /** The client sends no more. */
    private boolean inputOver;

    private Reply.@Nullable Failure lastWords;
    private boolean ended;

    Connection(Port port, Channel channel, Session session) {
        this.port = port;
        this.channel = channel;
        this.loop = new Loop(channel);
        this.session = session;
        this.inbound = new Inbound(new RequestDecoder(port.limits()));
        this.replies = new Replies(channel, port.metrics(), port.bugs(), this::wakeUp);
        this.lane = new Lane(session, replies, port.dispatcher(), port.workers(), this);
    }

    Session session() {
        return session;
    }

    Channel channel() {
        return channel;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (!port.connections().add(this)) {
            end(null);
            ended = true;
            Farewell.sayInPassing(channel, Reply.failure("ERR max number of clients reached"));
        } else if (!session.authenticated()) {
            loop.runLater(this::turnAwayStranger, STRANGER_MILLIS);
        }
    }

    /** Whoever gave no password by now only takes the place of others. */
    private void turnAwayStranger() {
        if (!session.authenticated()) {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (ending) {
            bytes.release();
            return;
        }
        receiving = true;
        inbound.receive(channel.alloc(), bytes);
        pump();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        receiving = false;
        pump();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        pump();
    }

    /** A reply is ready, or the lane can go on: do a round soon. On any thread; never throws. */
    private void wakeUp() {
        if (loop.isHere() && pumping) {
            pumpAgain = true;
        } else if (!woken.get() && woken.compareAndSet(false, true)) {
            loop.run(() -> {
                woken.set(false);
                pump();
            });
        }
    }

    @Override
    public void goesOn() {
        wakeUp();
    }

    @Override
    public void later(Runnable task) {
        loop.runLater(task, BUSY_MILLIS);
    }

    private void pump() {
        if (pumping) {
            pumpAgain = true;
            return;
        }
        pumping = true;
        try {
            do {
                pumpAgain = false;
                rounds();
            } while (pumpAgain);
        } finally {
            pumping = false;
        }
        endIfDone();
        readIfWanted();
    }

    private void rounds() {
        boolean progress = true;
        while (progress) {
            int decoded = decode();
            lane.start(decoded);
            boolean wrote = replies.write();
            lane.unpark();
            unflushed |= wrote;
            progress = decoded > 0 || wrote;
        }
        if (unflushed && (!receiving || !channel.isWritable())) {
            unflushed = false;
            channel.flush();
        }
    }

    private int decode() {
        int count = 0;
        try {
            while (wantsRequests()) {
                Request request = inbound.next(session.authenticated());
                if (request == null) {
                    if (inputOver) {
                        end(null);
                    }
                    break;
                }
                port.metrics().requested();
                Exchange exchange = new Exchange(request, replies);
                replies.add(exchange);
                lane.add(exchange);
                count++;
            }
        } catch (ProtocolException e) {
            port.metrics().protocolError();
            end(e.reply());
        }
        return count;
    }

    private boolean wantsRequests() {
        // A stranger's limits depend on the password, which may stand in the request before.
        int most = session.authenticated() ? port.limits().pipeline() : 1;
        int mostBytes = port.limits().requestBytes();
        congested = congested
                ? replies.waiting() > most / 2 || replies.requestBytes() > mostBytes / 2
                : replies.waiting() >= most || replies.requestBytes() >= mostBytes;
        return !ending && !congested && !lane.busy() && channel.isWritable();
    }

    /** Reads from the socket if there may be decoded what comes, or for the end of what a client still sends that was ended. */
    private void readIfWanted() {
        boolean wanted = ending || wantsRequests();
        if (wanted != channel.config().isAutoRead()) {
            if (!wanted) {
                port.metrics().paused();
            }
            channel.config().setAutoRead(wanted);
        }
    }

    /** Ends the connection when all requests that were decoded are answered. On any thread. */
    void endSoon() {
        loop.run(() -> {
            end(null);
            pump();
        });
    }

    private void end(Reply.@Nullable Failure words) {
        if (!ending) {
            ending = true;
            lastWords = words;
            inbound.discard();
        }
    }

    private void endIfDone() {
        if (replies.ended()) {
            end(null);
        }
        if (!ending || ended || replies.waiting() > 0) {
            return;
        }
        ended = true;
        lane.stop();
        Farewell.say(channel, lastWords, session.protocol());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputOver = true;
            if (ended) {
                channel.close();
            } else {
                pump();
            }
        } else if (event instanceof IdleStateEvent && (replies.waiting() == 0 || !channel.isWritable())) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        lane.stop();
        replies.drop();
        end(null);
        ended = true;
        port.connections().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            log.atDebug()
                    .addKeyValue("client", session.address())
                    .setCause(cause)
                    .log("a client has gone");
        } else {
            port.bugs().report("connection", cause);
        }
        channel.close();
    }
}
