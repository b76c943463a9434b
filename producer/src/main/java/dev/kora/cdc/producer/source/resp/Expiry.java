package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Request;
import org.jspecify.annotations.Nullable;

/** How a command says when a key expires, by the name of SET's option, with Redis's checks. */
enum Expiry {
    /** Seconds from now. */
    EX(1000, false),
    /** Milliseconds from now. */
    PX(1, false),
    /** Seconds since 1970. */
    EXAT(1000, true),
    /** Milliseconds since 1970. */
    PXAT(1, true);

    private static final Expiry[] ALL = values();

    private final long unitMs;
    private final boolean absolute;

    Expiry(long unitMs, boolean absolute) {
        this.unitMs = unitMs;
        this.absolute = absolute;
    }

    /** Whether it is a point of time, of which the log carries what is left. */
    boolean absolute() {
        return absolute;
    }

    /** The one that an argument names, or null. */
    static @Nullable Expiry find(Request request, int index) {
        for (Expiry expiry : ALL) {
            if (request.is(index, expiry.name())) {
                return expiry;
            }
        }
        return null;
    }

    /**
     * The time left, in milliseconds, where it must be later than now or 1970.
     *
     * @param command in small letters, for the error
     * @throws CommandException the argument is no such time
     */
    long positiveMs(Request request, int index, long nowMs, String command) {
        long time = request.integer(index);
        if (time <= 0) {
            throw Errors.expireTime(command);
        }
        return leftMs(time, nowMs, command);
    }

    /**
     * The time left, in milliseconds, where what has passed is none.
     *
     * @param command in small letters, for the error
     * @throws CommandException the argument is no time
     */
    long anyMs(Request request, int index, long nowMs, String command) {
        return leftMs(request.integer(index), nowMs, command);
    }

    private long leftMs(long time, long nowMs, String command) {
        if (time > Long.MAX_VALUE / unitMs || time < Long.MIN_VALUE / unitMs) {
            throw Errors.expireTime(command);
        }
        long ms = time * unitMs;
        if (!absolute && ms > Long.MAX_VALUE - nowMs) {
            throw Errors.expireTime(command);
        }
        long from = absolute ? nowMs : 0;
        return ms > from ? ms - from : 0;
    }
}
