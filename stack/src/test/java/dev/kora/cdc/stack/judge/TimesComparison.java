package dev.kora.cdc.stack.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import dev.kora.cdc.stack.RespWire;
import dev.kora.cdc.stack.judge.Beliefs.Held;
import dev.kora.cdc.stack.judge.Beliefs.Ttl;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Times to live: TTL, PTTL, EXPIRETIME and PEXPIRETIME of every key, on each side within what it can be there, and without any
 * tolerance beyond that; see {@link Judge}.
 */
final class TimesComparison {
    private final RespWire redis;
    private final RespWire reads;
    private final Beliefs beliefs;
    private final Side judge;
    private final Side gateway;

    TimesComparison(RespWire redis, RespWire reads, Beliefs beliefs, Side judge, Side gateway) {
        this.redis = redis;
        this.reads = reads;
        this.beliefs = beliefs;
        this.judge = judge;
        this.gateway = gateway;
    }

    /** Returns how many questions were asked. */
    long compare(List<Bytes> keys) {
        for (Bytes key : keys) {
            check(redis, key, judge);
            check(reads, key, gateway);
        }
        return 4L * keys.size();
    }

    private void check(RespWire asked, Bytes key, Side writer) {
        long before = System.currentTimeMillis();
        List<Long> found = asked
                .pipeline(Stream.of("PEXPIRETIME", "EXPIRETIME", "PTTL", "TTL")
                        .map(name -> List.of(Bytes.utf8(name), key))
                        .toList())
                .stream()
                .map(RespValue::number)
                .toList();
        long after = System.currentTimeMillis();
        Beliefs.Belief belief = beliefs.of(key);
        Ttl ttl = belief.ttl();
        if (belief.type() == Held.NONE || ttl == null) {
            long none = belief.type() == Held.NONE ? -2 : -1;
            assertEquals(List.of(none, none, none, none), found, () -> "times of " + key);
            return;
        }
        long end = found.get(0);
        checkEnd(key, ttl, end, writer.window(ttl.round()));
        assertEquals(seconds(end), found.get(1), () -> "EXPIRETIME of " + key);
        assertBetween(end - after, found.get(2), end - before, "PTTL of " + key);
        assertBetween(seconds(end - after), found.get(3), seconds(end - before), "TTL of " + key);
    }

    private static void checkEnd(Bytes key, Ttl ttl, long end, Side.Window window) {
        String what = "PEXPIRETIME of %s, which got %s".formatted(key, ttl);
        if (ttl.absolute()) {
            assertEquals(ttl.ms(), end, what);
        } else {
            assertBetween(window.fromMs() + ttl.ms(), end, window.toMs() + ttl.ms(), what);
        }
    }

    private static void assertBetween(long least, @Nullable Long found, long most, String what) {
        assertTrue(
                found != null && found >= least && found <= most,
                () -> "%s is %d, expected %d to %d".formatted(what, found, least, most));
    }

    /** As Redis rounds. */
    private static long seconds(long ms) {
        return (ms + 500) / 1000;
    }
}
