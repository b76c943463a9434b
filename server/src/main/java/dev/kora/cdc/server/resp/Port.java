package dev.kora.cdc.server.resp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the connections of a port share. */
record Port(
        RespOptions options,
        Password password,
        Dispatcher dispatcher,
        Workers workers,
        Connections connections,
        RespMetrics metrics,
        Bugs bugs,
        LongSupplier nanos) {

    /** Puts a port together; its workers run from now on. */
    static Port open(
            RespOptions options,
            CommandTable commands,
            Supplier<List<InfoSection>> info,
            Execution execution,
            LongSupplier nanos) {
        RespMetrics metrics = new RespMetrics();
        Bugs bugs = new Bugs(options.name(), metrics);
        Connections connections = new Connections(options.limits().connections(), metrics);
        Password password = new Password(options.password());
        List<Command> shared = new ArrayList<>(ConnectionCommands.of(password));
        shared.add(HelloCommand.of(options, password));
        shared.add(ClientCommands.of(connections, nanos));
        shared.add(ConfigCommand.of(options.limits()));
        shared.add(InfoCommand.of(options, metrics, info, nanos));
        CommandTable all = CommandCommand.addTo(commands.or(shared));
        return new Port(
                options,
                password,
                new Dispatcher(all, options.busyTimeout(), bugs, nanos),
                Workers.open(execution, options.name()),
                connections,
                metrics,
                bugs,
                nanos);
    }

    RespOptions.Limits limits() {
        return options.limits();
    }

    /** A session for a client that has just come. */
    Session newSession(String address) {
        return new Session(connections.nextId(), address, nanos.getAsLong(), password.isNeeded());
    }
}
