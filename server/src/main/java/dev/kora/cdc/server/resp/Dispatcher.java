package dev.kora.cdc.server.resp;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the command of a request and has it executed; whatever comes of it becomes a reply. Thread-safe. */
final class Dispatcher {
    /** How much of a name, and of arguments, an error repeats, as in Redis. */
    private static final int REPEATED = 128;

    /** What could do something to a terminal that an error is printed on. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\\r\\n]]");

    private final CommandTable commands;
    private final Duration busyTimeout;
    private final Bugs bugs;
    private final LongSupplier nanos;

    Dispatcher(CommandTable commands, Duration busyTimeout, Bugs bugs, LongSupplier nanos) {
        this.commands = commands;
        this.busyTimeout = busyTimeout;
        this.bugs = bugs;
        this.nanos = nanos;
    }

    /**
     * Executes a request.
     *
     * @return false if there is no room for it now: offer it again later
     */
    boolean execute(Session session, Exchange exchange) {
        Command command = commands.find(exchange.request().argument(0));
        try {
            allowed(command, session, exchange.request()).handler().execute(session, exchange.request(), exchange);
        } catch (CommandException e) {
            exchange.reply(e.reply());
        } catch (Throwable e) {
            // Errors too: a thread that dies of one would leave the connection without an answer for ever.
            exchange.reply(bugs.report(exchange.request().text(0), e));
        }
        return !exchange.takeBusy() || isOver(exchange);
    }

    /** Whether a request that finds no room has waited long enough: it is answered then. */
    private boolean isOver(Exchange exchange) {
        if (exchange.busyNanos(nanos.getAsLong()) < busyTimeout.toNanos()) {
            return false;
        }
        exchange.reply(Reply.failure("UNAVAILABLE there was no room for this command for " + busyTimeout.toMillis()
                + " ms: what takes it is stuck or too slow; try again later"));
        return true;
    }

    private static Command allowed(@Nullable Command command, Session session, Request request) {
        if (command == null) {
            throw new CommandException(unknown(request));
        }
        if (!command.takes(request.size())) {
            throw wrongArity(lower(command));
        }
        if (!session.authenticated() && !ConnectionCommands.isForStrangers(command)) {
            throw new CommandException("NOAUTH Authentication required.");
        }
        return command;
    }

    static CommandException wrongArity(String name) {
        return new CommandException("ERR wrong number of arguments for '" + name + "' command");
    }

    private static String unknown(Request request) {
        StringBuilder arguments = new StringBuilder();
        for (int i = 1; i < request.size() && arguments.length() < REPEATED; i++) {
            int room = REPEATED - arguments.length();
            arguments.append('\'').append(start(request.argument(i), room)).append("' ");
        }
        return "ERR unknown command '" + start(request.argument(0)) + "', with args beginning with: " + arguments;
    }

    /** As much of an argument as an error repeats. */
    static String start(byte[] argument) {
        return start(argument, REPEATED);
    }

    private static String start(byte[] bytes, int most) {
        String text = new String(bytes, 0, Math.min(bytes.length, most), StandardCharsets.UTF_8);
        return CONTROL.matcher(text)
                .replaceAll(found -> "\\\\x%02x".formatted((int) found.group().charAt(0)));
    }

    private static String lower(Command command) {
        return command.name().toLowerCase(Locale.ROOT);
    }
}
