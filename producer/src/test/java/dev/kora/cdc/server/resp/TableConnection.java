package dev.kora.cdc.server.resp;

/** A connection to a command table without a server between: finds the command, checks the arity, replies with its errors. */
public final class TableConnection {
    private final CommandTable commands;
    private final Session session = new Session(1, "test:1", 0, false);

    public TableConnection(CommandTable commands) {
        this.commands = commands;
    }

    /** Executes a request as the server does. */
    public void send(Request request, ReplyTo to) {
        Command command = commands.find(request.argument(0));
        if (command == null) {
            to.reply(Reply.failure("ERR unknown command"));
        } else if (!command.takes(request.size())) {
            to.reply(Reply.failure("ERR wrong number of arguments"));
        } else {
            execute(command, request, to);
        }
    }

    private void execute(Command command, Request request, ReplyTo to) {
        try {
            command.handler().execute(session, request, to);
        } catch (CommandException e) {
            to.reply(e.reply());
        }
    }
}
