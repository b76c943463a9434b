package dev.kora.cdc.stack.cli;

import dev.kora.cdc.registry.Spelling;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.stack.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command with its subcommands. Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 another process took
 * over, 4 told and not done yet, 130 and 143 stopped by a signal. */
@Command(
        name = "kora-cdc",
        description = "Change data capture for Kora on Kafka.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ProduceCommand.class,
            MaterializeCommand.class,
            StackCommand.class,
            TailCommand.class,
            StatusCommand.class,
            InspectCommand.class,
            ResumeCommand.class,
            SkipCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc demo                     everything in one process, data in ./kora-data",
            "  kora-cdc produce resp             write a database on any cluster, from Redis clients",
            "  kora-cdc materialize              keep its snapshot, and answer reads",
            "  kora-cdc tail --follow            print every change as a line of JSON",
            "  kora-cdc status                   shards, positions and lag",
            "  kora-cdc inspect --shard 2 --offset 123    the record at which a shard is halted",
            "  kora-cdc help demo                all about one command"
        })
public final class KoraCdc implements Runnable {
    /** Of a process whose work another one has taken over: to start it again would take it back. */
    private static final int SUPERSEDED = 3;
    /** Of an order that was given, and of which nobody knows yet what comes of it. */
    static final int UNDECIDED = 4;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Log more, and show the trace of an error.")
    private boolean verbose;

    private final OutputStream out;

    private KoraCdc(OutputStream out) {
        this.out = out;
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String... args) {
        System.exit(commandLine(new FileOutputStream(FileDescriptor.out)).execute(args));
    }

    /**
     * The command, ready to be executed by a test as well.
     *
     * @param out takes what is printed in bulk; unlike the command line's own writer it tells when nobody reads any more
     */
    static CommandLine commandLine(OutputStream out) {
        CommandLine commandLine = new CommandLine(new KoraCdc(out))
                .setExecutionExceptionHandler(KoraCdc::reportError)
                .setParameterExceptionHandler(KoraCdc::reportUsage)
                .setUsageHelpWidth(100)
                .registerConverter(Tail.From.class, new Words<>(Tail.From.class))
                .registerConverter(InspectCommand.Topic.class, new Words<>(InspectCommand.Topic.class));
        setVersion(commandLine, "kora-cdc " + Version.text());
        ConfigOptions.declare(commandLine);
        commandLine.setExecutionStrategy(parsed -> {
            Logging.configure(verbose(commandLine));
            return new CommandLine.RunLast().execute(parsed);
        });
        return commandLine;
    }

    private static void setVersion(CommandLine commandLine, String version) {
        commandLine.getCommandSpec().version(version);
        commandLine.getSubcommands().values().forEach(each -> setVersion(each, version));
    }

    private static boolean verbose(CommandLine commandLine) {
        return commandLine.getCommandSpec().userObject() instanceof KoraCdc command && command.verbose;
    }

    /** Whether more is to be said than usual. */
    boolean verbose() {
        return verbose;
    }

    /** Takes what is printed in bulk. */
    OutputStream out() {
        return out;
    }

    private static int reportError(Exception thrown, CommandLine failed, CommandLine.ParseResult parsed) {
        ErrorLine.asItStands(thrown).lines().forEach(line -> failed.getErr().println("kora-cdc: " + line));
        if (verbose(root(failed))) {
            thrown.printStackTrace(failed.getErr());
        } else if (!(thrown instanceof CdcException)) {
            failed.getErr().println("kora-cdc: --verbose shows where this comes from");
        }
        return thrown instanceof CdcException.Fenced ? SUPERSEDED : CommandLine.ExitCode.SOFTWARE;
    }

    private static int reportUsage(CommandLine.ParameterException thrown, String[] args) {
        CommandLine failed = thrown.getCommandLine();
        String name = failed.getCommandSpec().qualifiedName();
        if (thrown instanceof WrongConfiguration settings) {
            String.valueOf(settings.getMessage())
                    .lines()
                    .forEach(line -> failed.getErr().println("kora-cdc: " + line));
        } else {
            failed.getErr().println("kora-cdc: " + ErrorLine.of(wrong(thrown)));
        }
        failed.getErr().println("kora-cdc: \"%s --help\" shows what it takes".formatted(name));
        return CommandLine.ExitCode.USAGE;
    }

    /** What is wrong with the usage, and what may have been meant. */
    private static String wrong(CommandLine.ParameterException thrown) {
        if (!(thrown instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return String.valueOf(thrown.getMessage());
        }
        CommandLine failed = thrown.getCommandLine();
        String first = unmatched.getUnmatched().getFirst(); // what follows it may be its value
        boolean command = !failed.getSubcommands().isEmpty() && !unmatched.isUnknownOption();
        String what = (command
                        ? "there is no command '%s'"
                        : unmatched.isUnknownOption() ? "there is no option '%s'" : "'%s' is one argument too many")
                .formatted(first);
        List<String> meant = unmatched.getSuggestions();
        return meant.isEmpty() ? what : "%s; did you mean %s?".formatted(what, Spelling.nearest(first, meant));
    }

    private static CommandLine root(CommandLine commandLine) {
        CommandLine parent = commandLine.getParent();
        return parent == null ? commandLine : root(parent);
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "a command is missing: demo, produce, materialize, stack, tail, status, inspect, resume or skip");
    }
}
