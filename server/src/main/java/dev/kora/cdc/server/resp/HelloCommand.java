package dev.kora.cdc.server.resp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code HELLO [2|3 [AUTH user password] [SETNAME name]]}: chooses the protocol version, and says who we are. */
final class HelloCommand {
    private final RespOptions options;
    private final Password password;

    private HelloCommand(RespOptions options, Password password) {
        this.options = options;
        this.password = password;
    }

    static Command of(RespOptions options, Password password) {
        return Command.connection("HELLO", -1, new HelloCommand(options, password)::answer);
    }

    private Reply answer(Session session, Request request) {
        int version = request.size() == 1 ? session.protocol() : version(request);
        String name = options(session, request);
        if (!session.authenticated()) {
            throw new CommandException(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise the"
                            + " HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and"
                            + " select the RESP protocol version at the same time");
        }
        if (name != null) {
            session.name(name);
        }
        session.protocol(version);
        return welcome(session);
    }

    private static int version(Request request) {
        long version;
        try {
            version = request.integer(1);
        } catch (CommandException e) {
            throw new CommandException("ERR Protocol version is not an integer or out of range");
        }
        if (version != 2 && version != 3) {
            throw new CommandException("NOPROTO unsupported protocol version");
        }
        return (int) version;
    }

    /** Lets the client in if it asks for that; returns the name that it gives itself, if any. */
    private @Nullable String options(Session session, Request request) {
        String name = null;
        int at = 2;
        while (at < request.size()) {
            if (request.is(at, "AUTH") && at + 2 < request.size()) {
                password.check(session, request.text(at + 1), request.argument(at + 2));
                at += 3;
            } else if (request.is(at, "SETNAME") && at + 1 < request.size()) {
                name = ClientCommands.checkedName(request, at + 1, "Client names");
                at += 2;
            } else {
                throw new CommandException("ERR Syntax error in HELLO option '" + request.text(at) + "'");
            }
        }
        return name;
    }

    private Reply welcome(Session session) {
        return new Reply.Pairs(List.of(
                Reply.bulk("server"),
                Reply.bulk("kora-cdc"),
                Reply.bulk("version"),
                Reply.bulk(options.version()),
                Reply.bulk("proto"),
                Reply.integer(session.protocol()),
                Reply.bulk("id"),
                Reply.integer(session.id()),
                Reply.bulk("mode"),
                Reply.bulk("standalone"),
                Reply.bulk("role"),
                Reply.bulk("master"),
                Reply.bulk("modules"),
                Reply.EMPTY_ARRAY));
    }
}
