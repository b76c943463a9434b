package dev.kora.cdc.stack;

/**
 * How a part of the stack has come to its end by itself.
 *
 * @param words what happened, as a sentence in one line
 */
public record Ending(How how, String words) {

    /** What an end means to who runs the process. */
    public enum How {
        /** All that there was to do is done. */
        DONE,
        /** It cannot go on; another start may. */
        FAILED,
        /** Another process has taken over; another start would take it back. */
        SUPERSEDED
    }
}
