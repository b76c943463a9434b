package dev.kora.cdc.producer.source.kora;

/** The shard cannot be followed any further; its message says why and what to do. */
final class HaltException extends Exception {
    HaltException(String message) {
        super(message);
    }
}
