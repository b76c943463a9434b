package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.judge.Beliefs.Ttl;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Random times to live in the four ways to say them, of which it is certain what they have become when the key is met again:
 * far away, over at once, or over at the end of the round.
 *
 * @param option of SET
 * @param number that follows it
 * @param end what becomes of the key
 * @param ttl what is left of it, if that is far away
 */
record Times(String option, long number, End end, @Nullable Ttl ttl) {
    /** Further away than any run takes. */
    private static final long FAR_MS = 86_400_000;

    private static final long CENTURY_MS = 36_525L * 86_400_000;
    private static final int SHORT_MS = 20;
    private static final long SOON_SECONDS_MS = 1_000;
    private static final List<String> OPTIONS = List.of("EX", "PX", "EXAT", "PXAT");

    enum End {
        FAR,
        AT_ONCE,
        SOON
    }

    private boolean inSeconds() {
        return option.startsWith("EX");
    }

    /** The command that gives this time to a key. */
    String expireCommand() {
        return (inSeconds() ? "EXPIRE" : "PEXPIRE") + (option.endsWith("AT") ? "AT" : "");
    }

    /** The command of its own that SET with this option has, or null. */
    @Nullable
    String setCommand() {
        return switch (option) {
            case "EX" -> "SETEX";
            case "PX" -> "PSETEX";
            default -> null;
        };
    }

    /** What is left at most when the command comes. */
    long longestMs() {
        return inSeconds() ? SOON_SECONDS_MS : SHORT_MS;
    }

    Bytes digits() {
        return Bytes.utf8(Long.toString(number));
    }

    static Times far(Random random, int round) {
        boolean absolute = random.nextBoolean();
        long ms = FAR_MS + random.nextLong(CENTURY_MS);
        boolean seconds = random.nextBoolean();
        long left = seconds ? ms / 1000 * 1000 : ms;
        long point = absolute ? now() + left : left;
        long rounded = seconds ? point / 1000 * 1000 : point;
        return of(seconds, absolute, rounded, End.FAR, new Ttl(rounded, absolute, round));
    }

    /** Over by now: a point of time in the past, or, where {@code expire} is to say it, nothing or less from now. */
    static Times past(Random random, boolean expire) {
        boolean seconds = random.nextBoolean();
        if (expire && random.nextBoolean()) {
            return of(seconds, false, -1000L * random.nextInt(3), End.AT_ONCE, null);
        }
        return of(seconds, true, 1000 + random.nextLong(now() - 60_000), End.AT_ONCE, null);
    }

    /** Over within 20 ms, or within a second. */
    static Times soon(Random random, boolean seconds) {
        boolean absolute = random.nextBoolean();
        long left = seconds ? SOON_SECONDS_MS : 1 + random.nextInt(SHORT_MS);
        return of(seconds, absolute, absolute ? now() + left : left, End.SOON, null);
    }

    private static Times of(boolean seconds, boolean absolute, long ms, End end, @Nullable Ttl ttl) {
        String option = OPTIONS.get((absolute ? 2 : 0) + (seconds ? 0 : 1));
        return new Times(option, seconds ? ms / 1000 : ms, end, ttl);
    }

    private static long now() {
        return System.currentTimeMillis();
    }
}
