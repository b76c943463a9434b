package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What the source of commands believes of each key: its type, and when it ends. It steers the shares of what is sent, says
 * how exact a time to live can be, and knows no values: those are for the two sides to agree on.
 */
final class Beliefs {
    /** Of all keys at most those may end in one round: the others are there to be written. */
    private static final double MOST_ENDING = 0.5;

    private final List<Bytes> keys;
    private final Map<Bytes, Belief> beliefs = new LinkedHashMap<>();
    private final List<Bytes> passed = new ArrayList<>();
    private int ending;

    Beliefs(List<Bytes> keys) {
        this.keys = keys;
        keys.forEach(key -> beliefs.put(key, new Belief()));
    }

    /** What a key holds. */
    enum Held {
        NONE,
        STRING,
        LIST,
        HASH,
        SET
    }

    /**
     * A time to live far away.
     *
     * @param ms left when the command came, or the point of time
     * @param round in which it was given, which tells when the command came
     */
    record Ttl(long ms, boolean absolute, int round) {}

    /** Of one key. */
    static final class Belief {
        private Held type = Held.NONE;
        private @Nullable Ttl ttl;
        private boolean ending;
        private boolean passed;

        Held type() {
            return type;
        }

        @Nullable
        Ttl ttl() {
            return ttl;
        }
    }

    Belief of(Bytes key) {
        Belief belief = beliefs.get(key);
        if (belief == null) {
            throw new IllegalArgumentException("no key of the judge's: " + key);
        }
        return belief;
    }

    /** A key whose end is not near: with this probability one whose time has passed and that nobody touched since. */
    Bytes pick(Random random, double passedShare) {
        if (!passed.isEmpty() && random.nextDouble() < passedShare) {
            return passed.get(random.nextInt(passed.size()));
        }
        Bytes key = keys.get(random.nextInt(keys.size()));
        while (of(key).ending) {
            key = keys.get(random.nextInt(keys.size()));
        }
        return key;
    }

    /** Whether another key may be given a time that ends with the round. */
    boolean mayEnd() {
        return ending < keys.size() * MOST_ENDING;
    }

    /** A command meets the key; returns whether it is the first one after the key's time has passed. */
    boolean touch(Bytes key) {
        Belief belief = of(key);
        boolean crossed = belief.passed;
        if (crossed) {
            belief.passed = false;
            passed.remove(key);
        }
        return crossed;
    }

    /** The key holds this from now on. */
    void put(Bytes key, Held type, @Nullable Ttl ttl) {
        Belief belief = of(key);
        belief.type = type;
        belief.ttl = ttl;
    }

    void remove(Bytes key) {
        put(key, Held.NONE, null);
    }

    /** The key will be gone at the end of the round: no command may meet it before. */
    void end(Bytes key) {
        of(key).ending = true;
        ending++;
    }

    /** All keys are gone. */
    void flush() {
        beliefs.values().forEach(belief -> {
            belief.type = Held.NONE;
            belief.ttl = null;
            belief.ending = false;
            belief.passed = false;
        });
        passed.clear();
        ending = 0;
    }

    /** Whatever was to end in this round has. */
    void endRound() {
        beliefs.forEach((key, belief) -> {
            if (belief.ending) {
                belief.type = Held.NONE;
                belief.ttl = null;
                belief.ending = false;
                belief.passed = true;
                passed.add(key);
            }
        });
        ending = 0;
    }
}
