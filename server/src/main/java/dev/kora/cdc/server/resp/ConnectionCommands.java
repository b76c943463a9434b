package dev.kora.cdc.server.resp;

import java.util.List;
import java.util.Set;

/**
 * The commands that every port has: PING, ECHO, AUTH, SELECT, QUIT, RESET, and those of clusters; larger ones stand in
 * classes of their own.
 */
final class ConnectionCommands {
    /** What a client may ask that has not given the password yet. */
    private static final Set<String> FOR_STRANGERS = Set.of("AUTH", "HELLO", "QUIT", "RESET");

    private final Password password;

    private ConnectionCommands(Password password) {
        this.password = password;
    }

    /** Those of this class. */
    static List<Command> of(Password password) {
        ConnectionCommands commands = new ConnectionCommands(password);
        return List.of(
                Command.connection("PING", -1, ConnectionCommands::ping),
                Command.connection("ECHO", 2, (session, request) -> Reply.bulk(request.argument(1))),
                Command.connection("AUTH", -2, commands::auth),
                Command.connection("SELECT", 2, ConnectionCommands::select),
                Command.connection("QUIT", -1, ConnectionCommands::quit),
                Command.connection("RESET", 1, ConnectionCommands::reset),
                ofClusters("CLUSTER", -2),
                ofClusters("READONLY", 1),
                ofClusters("READWRITE", 1),
                ofClusters("ASKING", 1));
    }

    /** A command by which a client asks whether this is a cluster, answered as by a Redis that is none. */
    private static Command ofClusters(String name, int arity) {
        return Command.connection(name, arity, (session, request) -> {
            throw new CommandException("ERR This instance has cluster support disabled");
        });
    }

    static boolean isForStrangers(Command command) {
        return FOR_STRANGERS.contains(command.name());
    }

    private static Reply ping(Session session, Request request) {
        return switch (request.size()) {
            case 1 -> new Reply.Status("PONG");
            case 2 -> Reply.bulk(request.argument(1));
            default -> throw Dispatcher.wrongArity("ping");
        };
    }

    private static Reply select(Session session, Request request) {
        if (request.integer(1) != 0) {
            throw new CommandException("ERR DB index is out of range");
        }
        return Reply.OK;
    }

    private static Reply quit(Session session, Request request) {
        session.quit();
        return Reply.OK;
    }

    private static Reply reset(Session session, Request request) {
        session.reset();
        return new Reply.Status("RESET");
    }

    private Reply auth(Session session, Request request) {
        if (request.size() > 3) {
            throw new CommandException("ERR syntax error");
        }
        if (request.size() == 2 && !password.isNeeded()) {
            throw new CommandException(
                    "ERR AUTH <password> called without any password configured for the default user."
                            + " Are you sure your configuration is correct?");
        }
        int last = request.size() - 1;
        password.check(session, last == 1 ? Password.USER : request.text(1), request.argument(last));
        return Reply.OK;
    }
}
