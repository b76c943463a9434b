package dev.kora.cdc.server.resp;

import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** {@code CLIENT}: what clients tell about themselves, and which there are. */
final class ClientCommands {
    private final Connections connections;
    private final LongSupplier nanos;

    private ClientCommands(Connections connections, LongSupplier nanos) {
        this.connections = connections;
        this.nanos = nanos;
    }

    static Command of(Connections connections, LongSupplier nanos) {
        ClientCommands client = new ClientCommands(connections, nanos);
        return Subcommands.command(
                "CLIENT",
                List.of(
                        sub("ID", 2, "-- the number of this connection", (session, r) -> Reply.integer(session.id())),
                        sub("GETNAME", 2, "-- the name of this connection", (session, r) -> name(session)),
                        sub("SETNAME", 3, "<name> -- name this connection", ClientCommands::setName),
                        sub("SETINFO", 4, "LIB-NAME|LIB-VER <value> -- tell the library", ClientCommands::setInfo),
                        sub("INFO", 2, "-- this connection", (session, r) -> client.describe(List.of(session))),
                        sub("LIST", -2, "-- all connections", (session, r) -> client.list()),
                        sub("NO-EVICT", 3, "ON|OFF -- accepted, without effect", ClientCommands::ignored),
                        sub("NO-TOUCH", 3, "ON|OFF -- accepted, without effect", ClientCommands::ignored)));
    }

    private static Subcommands.Sub sub(String name, int arity, String usage, Handler.Immediate handler) {
        return new Subcommands.Sub(name, arity, usage, handler);
    }

    private static Reply name(Session session) {
        return session.name().isEmpty() ? Reply.NIL : Reply.bulk(session.name());
    }

    private static Reply setName(Session session, Request request) {
        session.name(checkedName(request, 2, "Client names"));
        return Reply.OK;
    }

    private static Reply setInfo(Session session, Request request) {
        String value = checkedName(request, 3, request.text(2).toLowerCase(Locale.ROOT));
        if (request.is(2, "LIB-NAME")) {
            session.library(value);
        } else if (request.is(2, "LIB-VER")) {
            session.libraryVersion(value);
        } else {
            throw new CommandException("ERR Unrecognized option '" + request.text(2) + "'");
        }
        return Reply.OK;
    }

    private static Reply ignored(Session session, Request request) {
        if (!request.is(2, "ON") && !request.is(2, "OFF")) {
            throw new CommandException("ERR syntax error");
        }
        return Reply.OK;
    }

    private Reply list() {
        return describe(connections.sessions());
    }

    private Reply describe(List<Session> sessions) {
        long now = nanos.getAsLong();
        StringBuilder lines = new StringBuilder();
        sessions.forEach(session -> lines.append(session.describe(now)).append('\n'));
        return Reply.bulk(lines.toString());
    }

    /**
     * The argument, if it can stand in a line of {@code CLIENT LIST}; it may be empty.
     *
     * @param what it is, as the beginning of an error
     */
    static String checkedName(Request request, int at, String what) {
        for (byte b : request.argument(at)) {
            if (b < '!' || b > '~') {
                throw new CommandException("ERR " + what + " cannot contain spaces, newlines or special characters.");
            }
        }
        return request.text(at);
    }
}
