package dev.kora.cdc.stack.judge;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.stack.RespValue;
import java.util.List;

/**
 * A command as it is sent to both sides.
 *
 * @param words the name and the arguments
 * @param accepted what the gateway answers, unless the command is malformed: it knows no state
 * @param kind what becomes of it
 */
record Command(List<Bytes> words, RespValue accepted, Kind kind) {

    /** What is to become of a command. */
    enum Kind {
        /** It has its effect, be that none. */
        EFFECTIVE,
        /** It gives a time to live to a key that is there. */
        EXPIRES_SOMETHING,
        /** It gives a time to live to a key that is not there, or not any more. */
        EXPIRES_NOTHING,
        /** The key is of another type: Redis answers so, the gateway accepts it, and the fold rejects it. */
        WRONG_TYPE,
        /** Both refuse it, in the same words. */
        MALFORMED,
        /** A document or a vector, of which Redis knows nothing. */
        FOREIGN
    }

    String name() {
        return words.getFirst().text();
    }

    boolean isForRedis() {
        return kind != Kind.FOREIGN;
    }

    @Override
    public String toString() {
        return kind + " " + words.subList(0, Math.min(words.size(), 12));
    }
}
