package dev.kora.cdc.producer.publisher;

/**
 * What the commit loop wants before its next step.
 *
 * @param nanos how long nothing needs to be done; 0 to go on at once
 * @param untilEntry whether an entry in the ring ends the rest early
 */
record Rest(long nanos, boolean untilEntry) {
    static final Rest NONE = new Rest(0, false);

    /** A rest that entries do not shorten. */
    static Rest of(long nanos) {
        return new Rest(nanos, false);
    }

    /** A rest that the next entry ends. */
    static Rest untilEntry(long nanos) {
        return new Rest(nanos, true);
    }
}
