package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import dev.kora.cdc.stack.RespWire;
import java.util.ArrayList;
import java.util.List;

/** One of the two that get the commands, with the times between which it executed those of each round. For one thread. */
final class Side implements AutoCloseable {
    private final RespWire wire;
    private final List<Window> rounds = new ArrayList<>();

    Side(RespWire wire) {
        this.wire = wire;
    }

    /** Whatever was sent was executed at or after {@code fromMs}, and at or before {@code toMs}, by the wall clock. */
    record Window(long fromMs, long toMs) {}

    /** Sends the commands of a round and returns the replies, all of them. */
    List<RespValue> send(List<List<Bytes>> commands) {
        long from = System.currentTimeMillis();
        List<RespValue> replies = wire.pipeline(commands);
        rounds.add(new Window(from, System.currentTimeMillis()));
        return replies;
    }

    /** Sends commands outside of any round. */
    List<RespValue> call(List<List<Bytes>> commands) {
        return wire.pipeline(commands);
    }

    RespValue call(String... words) {
        return wire.call(words);
    }

    /** When the commands of a round, counted from 1, were executed. */
    Window window(int round) {
        return rounds.get(round - 1);
    }

    @Override
    public void close() {
        wire.close();
    }
}
