package dev.kora.cdc.stack.cli;

import dev.kora.cdc.log.LogPartition;
import dev.kora.cdc.log.LogRecord;
import dev.kora.cdc.reader.RecordWindow;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints one record of a topic, raw and decoded. */
@Command(
        name = "inspect",
        description = {
            "Show the record at an offset, as it stands there and as far as it can be decoded.",
            "",
            "It reads what is committed, and changes nothing. Kafka does not tell readers whether a record was written"
                    + " in a transaction; --neighbours shows the offsets around it, where each transaction's end takes one"
                    + " that no reader is shown.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the record was shown, whether or not it can be decoded",
            "1:there is no committed record at the offset, or the cluster does not answer",
            "2:wrong usage"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc inspect --shard 2 --offset 123",
            "  kora-cdc inspect --shard 2 --offset 123 --neighbours 3",
            "  kora-cdc inspect --shard 2 --offset 77 --topic snapshot"
        })
final class InspectCommand implements Callable<Integer> {
    private static final int MOST_NEIGHBOURS = 100;

    /** A topic of a database. */
    enum Topic {
        WAL,
        SNAPSHOT
    }

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--shard", paramLabel = "N", required = true, description = "Shard, which is the partition.")
    private int shard;

    @Option(names = "--offset", paramLabel = "O", required = true, description = "Offset of the record.")
    private long offset;

    @Option(
            names = "--topic",
            paramLabel = "wal|snapshot",
            defaultValue = "wal",
            description = "Topic (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Topic topic;

    @Option(
            names = "--neighbours",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Show so many records before and behind it as well, in a line each (at most 100).")
    private int neighbours;

    @Option(
            names = "--bytes",
            paramLabel = "COUNT",
            defaultValue = "1024",
            description = "Dump so many bytes of key, value and each header (default: ${DEFAULT-VALUE}).")
    private int bytes;

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Override
    public Integer call() {
        require(neighbours >= 0 && neighbours <= MOST_NEIGHBOURS, "--neighbours must be 0 to " + MOST_NEIGHBOURS);
        require(bytes >= 0, "--bytes must not be negative");
        require(offset >= 0, "--offset must not be negative");
        Logging.hushClients(parent.verbose());
        try (Cluster cluster = options.open()) {
            cluster.requireShard(shard, spec);
            boolean wal = topic == Topic.WAL;
            LogPartition partition = wal ? cluster.wal(shard) : cluster.snapshot(shard);
            RecordWindow window = RecordWindow.read(cluster.log(), partition, offset, neighbours);
            return print(window, new Inspection(partition, wal, cluster.codecs(), bytes));
        }
    }

    private void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private int print(RecordWindow window, Inspection inspection) {
        PrintWriter out = spec.commandLine().getOut();
        for (LogRecord each : window.records()) {
            if (each.offset() < offset) {
                out.println(inspection.line(each));
            }
        }
        boolean found = window.record().isPresent();
        window.record().ifPresent(record -> inspection.lines(record).forEach(out::println));
        if (!found) {
            spec.commandLine().getErr().println("kora-cdc: " + window.absence());
        }
        for (LogRecord each : window.records()) {
            if (each.offset() > offset) {
                out.println(inspection.line(each));
            }
        }
        out.flush();
        return found ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
