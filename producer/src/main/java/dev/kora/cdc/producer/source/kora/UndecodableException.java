package dev.kora.cdc.producer.source.kora;

/** Bytes that the format of Kora's files does not allow; says what was wrong, the caller adds file and offset. */
final class UndecodableException extends Exception {
    UndecodableException(String message) {
        super(message);
    }
}
