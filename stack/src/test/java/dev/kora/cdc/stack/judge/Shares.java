package dev.kora.cdc.stack.judge;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;

/** What a run consisted of, counted as it went. */
public final class Shares {
    private static final double LEAST_WRONG_TYPE = 0.05;
    private static final double LEAST_CROSSING = 0.10;
    private static final long LEAST_ROWS = 1_000;
    private static final int KINDS = 20;

    private final long seed;
    private final Map<String, Long> kinds = new TreeMap<>();
    private long commands;
    private long foreign;
    private long wrongType;
    private long malformed;
    private long crossingCommands;
    private long crossingKeys;
    private long flushes;
    private long questions;
    private long liveKeys;
    private long liveRows;

    Shares(long seed) {
        this.seed = seed;
    }

    /** Commands that both sides got. */
    long commands() {
        return commands;
    }

    long wrongType() {
        return wrongType;
    }

    /** Keys that a command met as the first after their time had passed. */
    long crossingKeys() {
        return crossingKeys;
    }

    void sent(Command command) {
        switch (command.kind()) {
            case EFFECTIVE, EXPIRES_SOMETHING, EXPIRES_NOTHING, WRONG_TYPE -> {
                commands++;
                kinds.merge(command.name(), 1L, Long::sum);
            }
            case MALFORMED -> {
                commands++;
                malformed++;
            }
            case FOREIGN -> {
                foreign++;
                kinds.merge(command.name(), 1L, Long::sum);
            }
        }
    }

    void wrongTypeAnswered() {
        wrongType++;
    }

    /** A command met so many keys whose time had passed since the last one. */
    void crossed(long keys) {
        crossingKeys += keys;
        crossingCommands += keys > 0 ? 1 : 0;
    }

    void flushed() {
        flushes++;
    }

    void asked(long number) {
        questions += number;
    }

    void live(long keys, long rows) {
        liveKeys = keys;
        liveRows = rows;
    }

    /** Fails where a run was easier than it has to be. */
    void check() {
        assertTrue(wrongType >= LEAST_WRONG_TYPE * commands, this::toString);
        assertTrue(crossingCommands >= LEAST_CROSSING * commands, this::toString);
        assertTrue(liveRows >= LEAST_ROWS, this::toString);
        assertTrue(flushes > 0 && malformed > 0 && foreign > 0, this::toString);
        assertTrue(kinds.size() >= KINDS, this::toString);
    }

    private double percent(long part) {
        return 100.0 * part / commands;
    }

    @Override
    public String toString() {
        return "-Dkora.seed=%d: %d commands, %.1f %% of the wrong type, %.1f %% the first after a time to live has passed (%d keys), %.1f %% malformed, %d flushes, %d documents and vectors beside them; %d questions asked of both; %d live keys, %d live rows at the end; kinds %s"
                .formatted(
                        seed,
                        commands,
                        percent(wrongType),
                        percent(crossingCommands),
                        crossingKeys,
                        percent(malformed),
                        flushes,
                        foreign,
                        questions,
                        liveKeys,
                        liveRows,
                        kinds);
    }
}
