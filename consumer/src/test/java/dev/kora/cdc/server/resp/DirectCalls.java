package dev.kora.cdc.server.resp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One connection to the commands of a table, without a network: arity and errors are handled as a port does it. */
public final class DirectCalls {
    private final CommandTable commands;
    private final Session session = new Session(1, "test", 0, false);

    public DirectCalls(CommandTable commands) {
        this.commands = commands;
    }

    /** The reply to a request of UTF-8 words. */
    public Reply call(String... words) {
        return call(Request.of(words));
    }

    /** The reply to a request of any bytes. */
    public Reply call(Request request) {
        Command command = commands.find(request.argument(0));
        if (command == null) {
            return Reply.failure("ERR unknown command");
        }
        if (!command.takes(request.size())) {
            return Dispatcher.wrongArity(command.name()).reply();
        }
        One reply = new One();
        try {
            command.handler().execute(session, request, reply);
        } catch (CommandException e) {
            return e.reply();
        }
        return reply.only();
    }

    /** The reply as a line: {@code +OK}, {@code :1}, {@code "text"}, {@code nil}, {@code [:1, nil]}, {@code -ERR …}. */
    public String text(String... words) {
        return text(call(words));
    }

    public static String text(Reply reply) {
        return switch (reply) {
            case Reply.Status r -> "+" + r.text();
            case Reply.Failure r -> "-" + r.text();
            case Reply.Int r -> ":" + r.value();
            case Reply.Bulk r -> '"' + new String(r.bytes(), StandardCharsets.UTF_8) + '"';
            case Reply.Nil r -> "nil";
            case Reply.NilArray r -> "nil[]";
            case Reply.Array r -> text(r.items());
            case Reply.Pairs r -> "%" + text(r.items());
            case Reply.Members r -> "~" + text(r.items());
            case Reply.Real r -> "," + r.value();
            case Reply.Bool r -> "#" + r.value();
        };
    }

    private static String text(List<Reply> replies) {
        List<String> texts = new ArrayList<>();
        replies.forEach(reply -> texts.add(text(reply)));
        return texts.toString();
    }

    private static final class One implements ReplyTo {
        private final List<Reply> replies = new ArrayList<>();

        @Override
        public void reply(Reply reply) {
            replies.add(reply);
        }

        @Override
        public void busy() {
            throw new AssertionError("a read is never busy");
        }

        Reply only() {
            if (replies.size() != 1) {
                throw new AssertionError(replies.size() + " replies to one request");
            }
            return replies.getFirst();
        }
    }
}
