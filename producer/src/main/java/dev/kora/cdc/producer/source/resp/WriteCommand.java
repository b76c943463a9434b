package dev.kora.cdc.producer.source.resp;

import dev.kora.cdc.server.resp.Command;
import dev.kora.cdc.server.resp.CommandException;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.stream.Stream;

/**
 * A command that is logged.
 *
 * @param arity as for {@link Command}
 */
record WriteCommand(String name, int arity, Command.Keys keys, Body body) {
    static final List<WriteCommand> ALL = Stream.of(
                    StringWrites.commands(),
                    KeyWrites.commands(),
                    CollectionWrites.commands(),
                    DocumentWrites.commands(),
                    VectorWrites.commands())
            .flatMap(List::stream)
            .toList();

    /** Says what a request means. Pure. */
    @FunctionalInterface
    interface Body {
        /**
         * What a request whose arity is right asks for.
         *
         * @param nowMs the time, in milliseconds since 1970
         * @throws CommandException to reply with an error
         */
        Write read(Request request, long nowMs);
    }

    static WriteCommand ofKey(String name, int arity, Body body) {
        return new WriteCommand(name, arity, Command.Keys.ONE, body);
    }

    static WriteCommand ofKeys(String name, int arity, Body body) {
        return new WriteCommand(name, arity, Command.Keys.ALL, body);
    }

    static WriteCommand keyless(String name, int arity, Body body) {
        return new WriteCommand(name, arity, Command.Keys.NONE, body);
    }
}
