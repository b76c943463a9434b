package dev.kora.cdc.server.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A command whose second word says what is to be done, as in {@code CLIENT ID}; adds HELP, and Redis's errors. */
final class Subcommands {
    private final String name;
    private final List<Sub> subs;

    /**
     * One of them.
     *
     * @param name in capitals
     * @param arity as in {@link Command}, both words included
     * @param usage what follows the name, and what it does
     */
    record Sub(String name, int arity, String usage, Handler.Immediate handler) {
        boolean takes(int size) {
            return arity > 0 ? size == arity : size >= -arity;
        }
    }

    private Subcommands(String name, List<Sub> subs) {
        this.name = name;
        this.subs = subs;
    }

    /** A command that needs a second word. */
    static Command command(String name, List<Sub> subs) {
        return Command.connection(name, -2, new Subcommands(name, subs)::answer);
    }

    /** A command that may stand alone. */
    static Command command(String name, List<Sub> subs, Handler.Immediate alone) {
        Subcommands all = new Subcommands(name, subs);
        return Command.connection(
                name,
                -1,
                (session, request) ->
                        request.size() == 1 ? alone.answer(session, request) : all.answer(session, request));
    }

    private Reply answer(Session session, Request request) {
        Sub sub = find(request);
        if (sub != null && sub.takes(request.size())) {
            return sub.handler().answer(session, request);
        }
        if (sub != null) {
            throw Dispatcher.wrongArity((name + '|' + sub.name()).toLowerCase(Locale.ROOT));
        }
        if (request.is(1, "HELP")) {
            return help();
        }
        String given = Dispatcher.start(request.argument(1));
        throw new CommandException("ERR unknown subcommand '" + given + "'. Try " + name + " HELP.");
    }

    private @Nullable Sub find(Request request) {
        for (Sub sub : subs) {
            if (request.is(1, sub.name())) {
                return sub;
            }
        }
        return null;
    }

    private Reply help() {
        List<Reply> lines = new ArrayList<>();
        lines.add(new Reply.Status(name + " <subcommand> [<arg> ...]. Subcommands are:"));
        subs.forEach(sub -> lines.add(new Reply.Status(sub.name() + " " + sub.usage())));
        return Reply.array(lines);
    }
}
