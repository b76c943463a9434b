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

    /**
     * When a key ends.
     *
     * @param ttlMs what is left of it now, in milliseconds
     * @param atMs the point of time, in milliseconds since 1970; null where it is counted from the time of the entry
     */
    record End(long ttlMs, @Nullable Long atMs) {}

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
     * The end where it must be later than now or 1970.
     *
     * @param command in small letters, for the error
     * @throws CommandException the argument is no such time
     */
    End positive(Request request, int index, long nowMs, String command) {
        long time = request.integer(index);
        if (time <= 0) {
            throw Errors.expireTime(command);
        }
        return end(time, nowMs, command);
    }

    /**
     * The end where it may have passed: then nothing is left.
     *
     * @param command in small letters, for the error
     * @throws CommandException the argument is no time
     */
    End any(Request request, int index, long nowMs, String command) {
        return end(request.integer(index), nowMs, command);
    }

    private End end(long time, long nowMs, String command) {
        if (time > Long.MAX_VALUE / unitMs || time < Long.MIN_VALUE / unitMs) {
            throw Errors.expireTime(command);
        }
        long ms = time * unitMs;
        if (!absolute && ms > Long.MAX_VALUE - nowMs) {
            throw Errors.expireTime(command);
        }
        if (!absolute) {
            return new End(Math.max(0, ms), null);
        }
        return new End(ms > nowMs ? ms - nowMs : 0, Math.max(0, ms));
    }
}
