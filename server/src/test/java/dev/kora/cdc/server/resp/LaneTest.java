package dev.kora.cdc.server.resp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lanes on an executor that runs one task at a time, when it is told to. */
class LaneTest {
    private static final int TURN = 3;

    private final RespMetrics metrics = new RespMetrics();
    private final Bugs bugs = new Bugs("test", metrics);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final List<String> executed = new ArrayList<>();
    private final Replies replies = new Replies(channel, metrics, bugs, () -> {});
    private boolean room = true;
    private int wentOn;

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void takesTurnsWithOtherLanes() {
        Lane one = lane();
        Lane other = lane();
        start(one, "a1", "a2", "a3", "a4", "a5");
        start(other, "b1", "b2");

        runAll();

        assertEquals(List.of("a1", "a2", "a3", "b1", "b2", "a4", "a5"), executed);
    }

    @Test
    void runsOnceHoweverOftenItIsStarted() {
        Lane lane = lane();
        start(lane, "a1", "a2");
        start(lane, "a3");
        start(lane);

        assertEquals(1, tasks.size());
        runAll();
        assertEquals(List.of("a1", "a2", "a3"), executed);
        start(lane, "a4");
        runAll();
        assertEquals(List.of("a1", "a2", "a3", "a4"), executed);
    }

    @Test
    void leavesTheThreadWhileThereIsNoRoom() {
        Lane lane = lane();
        room = false;
        start(lane, "a1", "a2");

        runAll();
        assertTrue(lane.busy());
        start(lane, "a3");
        assertEquals(0, tasks.size(), "only the timer goes on with it");
        room = true;
        later.remove().run();
        runAll();

        assertEquals(List.of("a1", "a1", "a2", "a3"), executed);
        assertEquals(1, wentOn);
    }

    @Test
    void leavesTheThreadWhileTheClientDoesNotRead() {
        Lane lane = lane();
        replies.given(2_000_000);
        start(lane, "a1");

        runAll();
        lane.unpark();
        assertEquals(List.of(), executed);
        replies.given(-2_000_000);
        lane.unpark();
        lane.unpark();
        assertEquals(1, tasks.size());
        runAll();

        assertEquals(List.of("a1"), executed);
    }

    @Test
    void executesNothingAfterItsStop() {
        Lane lane = lane();
        start(lane, "a1");
        lane.stop();
        start(lane, "a2");

        runAll();

        assertEquals(List.of(), executed);
    }

    private Lane lane() {
        CommandTable table =
                CommandTable.of(List.of(Command.write("DO", 2, Command.Keys.NONE, (session, request, to) -> {
                    executed.add(request.text(1));
                    if (room) {
                        to.reply(Reply.OK);
                    } else {
                        to.busy();
                    }
                })));
        Dispatcher dispatcher = new Dispatcher(table, Duration.ofSeconds(1), bugs, () -> 0);
        return new Lane(
                new Session(1, "test", 0, false), replies, dispatcher, new Workers(tasks::add, TURN), new Lane.Host() {
                    @Override
                    public void later(Runnable task) {
                        later.add(task);
                    }

                    @Override
                    public void goesOn() {
                        wentOn++;
                    }
                });
    }

    private void start(Lane lane, String... names) {
        for (String name : names) {
            lane.add(new Exchange(Request.of("DO", name), replies));
        }
        lane.start(names.length);
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }
}
