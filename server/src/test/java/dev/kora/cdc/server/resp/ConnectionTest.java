package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection without a socket and with a clock that stands still, its handlers on the event loop. */
class ConnectionTest {
    private static final int PIPELINE = 4;
    private static final RespOptions OPTIONS = RespOptions.loopback("test", "1", 0)
            .withLimits(new RespOptions.Limits(2, 10_000, 100, PIPELINE, Duration.ZERO, Duration.ofSeconds(30)));

    private final List<String> executed = new ArrayList<>();
    private final List<ReplyTo> waiting = new ArrayList<>();
    private boolean room = true;
    private long nanos;

    private final Port port = Port.open(OPTIONS, commands(), List::of, Execution.EVENT_LOOP, () -> nanos);
    private final EmbeddedChannel channel = open();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertEquals(0, port.metrics().inFlight());
        assertEquals(0, port.metrics().connections());
    }

    @Test
    void repliesInTheOrderOfRequests() {
        send("LATER a\nLATER b\nNOW c\n");
        assertEquals(List.of("LATER a", "LATER b", "NOW c"), executed);
        assertEquals("", received());

        reply(1, ":2");
        assertEquals("", received());
        reply(0, ":1");
        assertEquals("+:1\r\n+:2\r\n+OK\r\n", received());
    }

    @Test
    void countsTheFirstReplyOnly() {
        send("LATER a\n");

        waiting.getFirst().reply(Reply.integer(1));
        waiting.getFirst().reply(Reply.integer(2));
        channel.runPendingTasks();

        assertEquals(":1\r\n", received());
    }

    @Test
    void decodesNoMoreThanMayWait() {
        send("LATER 1\nLATER 2\nLATER 3\nLATER 4\nLATER 5\nLATER 6\n");
        assertEquals(PIPELINE, executed.size());
        assertFalse(reads());
        assertEquals(1, port.metrics().pauses());

        reply(0, "a");
        assertEquals(PIPELINE, executed.size(), "goes on when half of them are done");
        reply(1, "b");
        assertEquals(6, executed.size());
        reply(2, "c");
        reply(3, "d");
        assertTrue(reads());
        reply(4, "e");
        reply(5, "f");
        assertEquals("+a\r\n+b\r\n+c\r\n+d\r\n+e\r\n+f\r\n", received());
    }

    @Test
    void decodesNoMoreBytesThanMayWait() {
        send("LATER " + "x".repeat(9_980) + "\n" + "LATER b\n");

        assertEquals(1, executed.size());
        assertFalse(reads());
        reply(0, "a");
        assertEquals(2, executed.size());
    }

    @Test
    void offersAgainWhatFoundNoRoom() {
        room = false;
        send("NOW a\nROOM b\nNOW c\nNOW d\n");
        assertEquals(List.of("NOW a", "ROOM b"), executed);
        assertEquals("+OK\r\n", received());
        assertFalse(reads());

        pass(1);
        assertEquals(List.of("NOW a", "ROOM b", "ROOM b"), executed);
        room = true;
        pass(1);
        assertEquals(List.of("NOW a", "ROOM b", "ROOM b", "ROOM b", "NOW c", "NOW d"), executed);
        assertEquals("+OK\r\n+OK\r\n+OK\r\n", received());
        assertTrue(reads());
    }

    @Test
    void givesUpWhatFindsNoRoomForLong() {
        room = false;
        send("ROOM a\nNOW b\n");

        nanos += TimeUnit.SECONDS.toNanos(29);
        pass(1);
        assertEquals("", received());
        nanos += TimeUnit.SECONDS.toNanos(1);
        pass(1);

        assertEquals(
                "-UNAVAILABLE there was no room for this command for 30000 ms: what takes it is stuck or too slow;"
                        + " try again later\r\n+OK\r\n",
                received());
        assertTrue(reads());
    }

    @Test
    void saysWhatIsWrongBehindTheRepliesThatAreDue() {
        send("LATER a\nNOW b\n*x\r\nNOW c\n");
        assertEquals(List.of("LATER a", "NOW b"), executed);
        assertEquals("", received());

        reply(0, "a");

        assertEquals("+a\r\n+OK\r\n-ERR Protocol error: invalid multibulk length\r\n", received());
        assertFalse(channel.isOpen());
        assertEquals(1, port.metrics().protocolErrors());
    }

    @Test
    void executesNothingBehindQuit() {
        send("NOW a\nQUIT\nNOW b\n");

        assertEquals(List.of("NOW a"), executed);
        assertEquals("+OK\r\n+OK\r\n", received());
        assertFalse(channel.isOpen());
    }

    @Test
    void answersWhoSendsNoMore() {
        send("LATER a\nNOW b\nNOW");

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertTrue(channel.isOpen());
        reply(0, "a");

        assertEquals("+a\r\n+OK\r\n", received());
        assertFalse(channel.isOpen());
    }

    @Test
    void decodesWhatIsLeftWhenNoMoreIsSent() {
        send("LATER 1\nLATER 2\nLATER 3\nLATER 4\nNOW 5\nNOW 6\n");
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        for (int i = 0; i < PIPELINE; i++) {
            reply(i, "x");
        }

        assertEquals("+x\r\n+x\r\n+x\r\n+x\r\n+OK\r\n+OK\r\n", received());
        assertFalse(channel.isOpen());
    }

    @Test
    void forgetsWhoHasGone() {
        send("LATER a\nROOM b\n");

        channel.close().syncUninterruptibly();
        waiting.getFirst().reply(Reply.OK);
        channel.runPendingTasks();

        assertEquals("", received());
    }

    @Test
    void executesNothingForWhoHasGone() {
        room = false;
        send("ROOM a\nNOW b\n");

        channel.close().syncUninterruptibly();
        room = true;
        pass(1);

        assertEquals(List.of("ROOM a"), executed);
    }

    @Test
    void closesWhoIsSilentButNotWhoWaits() {
        send("LATER a\n");
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.FIRST_READER_IDLE_STATE_EVENT);
        assertTrue(channel.isOpen());

        reply(0, "a");
        channel.pipeline().fireUserEventTriggered(IdleStateEvent.READER_IDLE_STATE_EVENT);

        assertFalse(channel.isOpen());
    }

    @Test
    void turnsBugsIntoReplies() {
        send("BUG\nHALF\nNULL\nNOW a\n");

        String text = received();
        assertEquals("""
                -ERR internal error in 'bug': the log of the server tells more
                +HALF
                -ERR internal error in 'null': the log of the server tells more
                +OK
                """.replace("\n", "\r\n"), text);
        assertEquals(3, port.metrics().bugs());
        assertEquals(2, port.metrics().failures());
    }

    @Test
    void turnsAwayWhoGivesNoPassword() {
        Port guarded =
                Port.open(OPTIONS.withPassword("sesame"), commands(), List::of, Execution.EVENT_LOOP, () -> nanos);
        EmbeddedChannel stranger = open(guarded);
        EmbeddedChannel friend = open(guarded);
        friend.writeInbound(Unpooled.copiedBuffer("AUTH sesame\n", StandardCharsets.UTF_8));

        for (EmbeddedChannel each : List.of(stranger, friend)) {
            each.advanceTimeBy(30, TimeUnit.SECONDS);
            each.runScheduledPendingTasks();
        }

        assertFalse(stranger.isOpen());
        assertEquals("+OK\r\n", received(friend));
        assertTrue(friend.isOpen());
        friend.finishAndReleaseAll();
    }

    @Test
    void refusesOneTooMany() {
        EmbeddedChannel second = open();
        EmbeddedChannel third = open();

        assertEquals("-ERR max number of clients reached\r\n", received(third));
        assertFalse(third.isOpen());
        assertEquals(1, port.metrics().connectionsRefused());
        assertEquals(2, port.metrics().connections());
        second.finishAndReleaseAll();
    }

    private CommandTable commands() {
        return CommandTable.of(List.of(
                command("NOW", () -> true),
                command("ROOM", () -> room),
                Command.write("LATER", -1, Command.Keys.NONE, (session, request, to) -> {
                    executed.add("LATER " + request.text(1));
                    waiting.add(to);
                }),
                Command.write("BUG", -1, Command.Keys.NONE, (session, request, to) -> {
                    throw new IllegalStateException("a bug");
                }),
                Command.write("HALF", -1, Command.Keys.NONE, (session, request, to) -> {
                    to.reply(new Reply.Status("HALF"));
                    throw new IllegalStateException("a bug behind the reply");
                }),
                Command.read("NULL", -1, Command.Keys.NONE, (session, request) -> unwritable())));
    }

    private Command command(String name, BooleanSupplier hasRoom) {
        return Command.write(name, -1, Command.Keys.NONE, (session, request, to) -> {
            executed.add(name + " " + request.text(1));
            if (hasRoom.getAsBoolean()) {
                to.reply(Reply.OK);
            } else {
                to.busy();
            }
        });
    }

    /** A reply that fails when it is written. */
    private static Reply unwritable() {
        return new Reply.Array(new AbstractList<>() {
            private int asked;

            @Override
            public Reply get(int index) {
                if (asked++ > 1) {
                    throw new IllegalStateException("a bug while writing");
                }
                return Reply.OK;
            }

            @Override
            public int size() {
                return 2;
            }
        });
    }

    private EmbeddedChannel open() {
        return open(port);
    }

    private static EmbeddedChannel open(Port port) {
        EmbeddedChannel opened = new EmbeddedChannel(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel made) {
                made.pipeline().addLast(new Connection(port, made, port.newSession("test")));
            }
        });
        opened.freezeTime();
        return opened;
    }

    private void send(String raw) {
        channel.writeInbound(Unpooled.copiedBuffer(raw, StandardCharsets.UTF_8));
    }

    private void reply(int index, String status) {
        waiting.get(index).reply(new Reply.Status(status));
        channel.runPendingTasks();
    }

    private void pass(int millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private boolean reads() {
        return channel.config().isAutoRead();
    }

    private String received() {
        return received(channel);
    }

    private static String received(EmbeddedChannel from) {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            text.append(out.toString(StandardCharsets.UTF_8));
            out.release();
        }
        return text.toString();
    }
}
