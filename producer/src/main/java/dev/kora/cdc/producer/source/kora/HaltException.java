package dev.kora.cdc.producer.source.kora;

/** The shard cannot be followed any further; its message says why and what to do. */
final class HaltException extends Exception {
    /** What to do where a part of what Kora wrote cannot be had any more. */
    static final String ATTACH_AFRESH = "Send FLUSHDB to the database and attach afresh, with an empty one";

    HaltException(String message) {
        super(message);
    }
}
