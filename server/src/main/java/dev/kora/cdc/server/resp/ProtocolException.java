package dev.kora.cdc.server.resp;

/** What a client sent is no RESP, or beyond a limit: the connection cannot go on. Carries no stack trace. */
final class ProtocolException extends Exception {
    /** @param text what is wrong, as Redis says it, without {@code ERR Protocol error: } */
    ProtocolException(String text) {
        super(text, null, false, false);
    }

    /** The last reply of the connection. */
    Reply.Failure reply() {
        return Reply.failure("ERR Protocol error: " + getMessage());
    }
}
