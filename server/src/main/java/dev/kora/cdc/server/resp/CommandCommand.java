package dev.kora.cdc.server.resp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code COMMAND [COUNT|LIST|INFO|DOCS]}: tells of the commands that a port executes, those about the connection among them. */
final class CommandCommand {
    private final CommandTable table;

    /** @param commands all others of the port */
    private CommandCommand(CommandTable commands) {
        this.table = commands.or(List.of(Subcommands.command(
                "COMMAND",
                List.of(
                        new Subcommands.Sub("COUNT", 2, "-- how many commands there are", this::count),
                        new Subcommands.Sub("LIST", 2, "-- their names", this::list),
                        new Subcommands.Sub("INFO", -2, "[<name> ...] -- arity, flags, places of keys", this::info),
                        new Subcommands.Sub("DOCS", -2, "[<name> ...] -- what tools show of them", this::docs)),
                (session, request) -> infos(all()))));
    }

    /** {@code commands} and this one. */
    static CommandTable addTo(CommandTable commands) {
        return new CommandCommand(commands).table;
    }

    private List<Command> all() {
        return table.all().stream().filter(command -> !command.refused()).toList();
    }

    private @Nullable Command find(byte[] name) {
        Command command = table.find(name);
        return command == null || command.refused() ? null : command;
    }

    private Reply count(Session session, Request request) {
        return Reply.integer(all().size());
    }

    private Reply list(Session session, Request request) {
        return Reply.array(all().stream().map(CommandCommand::name).toList());
    }

    private Reply info(Session session, Request request) {
        if (request.size() == 2) {
            return infos(all());
        }
        List<Reply> infos = new ArrayList<>();
        for (int i = 2; i < request.size(); i++) {
            Command command = find(request.argument(i));
            infos.add(command == null ? Reply.NIL_ARRAY : info(command));
        }
        return Reply.array(infos);
    }

    private static Reply infos(Collection<Command> commands) {
        return Reply.array(commands.stream().map(CommandCommand::info).toList());
    }

    /** Name, arity, flags, first key, last key, step, and the four that we have nothing to say for. */
    private static Reply info(Command command) {
        return Reply.array(List.of(
                name(command),
                Reply.integer(command.arity()),
                new Reply.Members(List.of(new Reply.Status(command.kind().flag()))),
                Reply.integer(command.keys().first()),
                Reply.integer(command.keys().last()),
                Reply.integer(command.keys().step()),
                new Reply.Members(List.of()),
                Reply.EMPTY_ARRAY,
                Reply.EMPTY_ARRAY,
                Reply.EMPTY_ARRAY));
    }

    private Reply docs(Session session, Request request) {
        List<Reply> docs = new ArrayList<>();
        if (request.size() == 2) {
            all().forEach(command -> addDoc(command, docs));
        }
        for (int i = 2; i < request.size(); i++) {
            Command command = find(request.argument(i));
            if (command != null) {
                addDoc(command, docs);
            }
        }
        return new Reply.Pairs(docs);
    }

    private static void addDoc(Command command, List<Reply> docs) {
        docs.add(name(command));
        docs.add(new Reply.Pairs(List.of(
                Reply.bulk("summary"),
                Reply.bulk(summary(command.kind())),
                Reply.bulk("group"),
                Reply.bulk(command.kind() == Command.Kind.CONNECTION ? "connection" : "generic"))));
    }

    private static String summary(Command.Kind kind) {
        return switch (kind) {
            case READ -> "Reads data";
            case WRITE -> "Changes data";
            case CONNECTION -> "Concerns the connection";
        };
    }

    private static Reply name(Command command) {
        return Reply.bulk(command.name().toLowerCase(Locale.ROOT));
    }
}
