package dev.kora.cdc.server.http;

/** A request asks for something that cannot be; it becomes an answer of status 400 with this message. */
public final class BadRequestException extends RuntimeException {
    /** @param message what is wrong, and what to send instead */
    public BadRequestException(String message) {
        super(message);
    }
}
