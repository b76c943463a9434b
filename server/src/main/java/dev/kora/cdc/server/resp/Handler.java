package dev.kora.cdc.server.resp;

/** What executes a command. */
@FunctionalInterface
public interface Handler {

    /**
     * Executes a request whose arity is right, and gives {@code to} a reply now or later.
     *
     * <p>Called on the executor of the port, for one request of a connection at a time and in their order; the next
     * request is executed when this call returns, even if it has not been replied to.
     *
     * @throws CommandException to reply with an error
     */
    void execute(Session session, Request request, ReplyTo to);

    /** A command that answers when it returns. */
    @FunctionalInterface
    interface Immediate {
        /**
         * The reply to a request whose arity is right; called as {@link Handler#execute}.
         *
         * @throws CommandException to reply with an error
         */
        Reply answer(Session session, Request request);
    }
}
