package dev.kora.cdc.server.resp;

/** Ends a command with an error reply: the message is the reply, beginning with its code. Carries no stack trace. */
public final class CommandException extends RuntimeException {
    /** @param text as in {@code ERR syntax error} */
    public CommandException(String text) {
        super(text, null, false, false);
    }

    /** The error reply. */
    public Reply.Failure reply() {
        return Reply.failure(String.valueOf(getMessage()));
    }
}
