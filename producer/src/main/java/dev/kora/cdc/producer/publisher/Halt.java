package dev.kora.cdc.producer.publisher;

import dev.kora.cdc.producer.PublisherStatus.State;
import dev.kora.cdc.schema.CdcException;
import org.jspecify.annotations.Nullable;

/** Whether a publisher still takes entries, and if not, why. Thread-safe; what it says once never changes back. */
final class Halt {

    /** How a publisher ended. */
    record Ending(State state, CdcException cause) {}

    private volatile boolean closing;
    private volatile boolean settled;
    private volatile @Nullable Ending ending;

    /** No entries are taken from now on; those taken are still committed. */
    void close() {
        closing = true;
    }

    boolean closing() {
        return closing;
    }

    /** After {@link #close}, once whoever was taking an entry has done so: what is in the ring now is all that there will be. */
    void settle() {
        settled = true;
    }

    boolean settled() {
        return settled;
    }

    /** Ends the publisher for good. The first ending counts; only the publisher's thread calls this. */
    void end(State state, CdcException cause) {
        if (ending == null) {
            ending = new Ending(state, cause);
        }
    }

    @Nullable
    Ending ending() {
        return ending;
    }

    /** @throws CdcException.Fenced the publisher takes no more entries */
    void checkTaking() {
        checkAlive();
        if (closing) {
            throw new CdcException.Fenced("this publisher is closed: open a new one", null);
        }
    }

    /** @throws CdcException.Fenced the publisher ended otherwise than by being closed */
    void checkNotFailed() {
        Ending end = ending;
        if (end != null && end.state() != State.CLOSED) {
            checkAlive();
        }
    }

    /** @throws CdcException.Fenced the publisher commits no more entries */
    void checkAlive() {
        Ending end = ending;
        if (end != null) {
            throw new CdcException.Fenced(
                    "this publisher has stopped: " + end.cause().getMessage(), end.cause());
        }
    }
}
