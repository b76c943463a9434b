package dev.kora.cdc.consumer.read;

import dev.kora.cdc.server.resp.Command;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;

/**
 * A command that reads the shards in the connection's scope.
 *
 * @param arity as for {@link Command}
 */
record ReadCommand(String name, int arity, Command.Keys keys, Body body) {

    /** Answers a request whose arity is right. */
    @FunctionalInterface
    interface Body {
        /**
         * The reply to a request.
         *
         * @throws CommandException to reply with an error
         */
        Reply answer(Sight sight, Request request);
    }

    static ReadCommand ofKey(String name, int arity, Body body) {
        return new ReadCommand(name, arity, Command.Keys.ONE, body);
    }

    static ReadCommand ofKeys(String name, int arity, Body body) {
        return new ReadCommand(name, arity, Command.Keys.ALL, body);
    }

    static ReadCommand keyless(String name, int arity, Body body) {
        return new ReadCommand(name, arity, Command.Keys.NONE, body);
    }
}
