package dev.kora.cdc.stack.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints a {@link StatusReport}. */
@Command(
        name = "status",
        description = {
            "Show how far the log and the snapshot of each shard are.",
            "",
            "entries are those that were ever committed to the log, heartbeats and other control entries among them; "
                    + "mutations are the others, as far as they are applied. lag is what is committed and not yet covered by a checkpoint, in "
                    + "entries and in seconds between their times. keys, rows and digest are those of the last checkpoint; "
                    + "equal digests mean equal content.",
            "",
            "log start, log end and position are Kafka's offsets. Each commit takes one for its own marker, so they run ahead "
                    + "of entries, and without any lag position stands a little before log end.",
            "",
            "All of it comes from the ends of Kafka's partitions, but for state, mutations and rejected, which the consumer "
                    + "tells over HTTP; that it does not answer is no error. It counts since it owns a shard, so mutations are "
                    + "known where it has applied the log from its beginning.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong",
            "1:a shard is halted, log and checkpoint do not go together, or the cluster does not answer",
            "2:wrong usage"
        },
        footer = {
            "",
            "Examples:",
            "  kora-cdc status",
            "  kora-cdc status --json | jq .total.entries",
            "  kora-cdc status --bootstrap-servers kafka-1:9092,kafka-2:9092 --database orders"
        })
final class StatusCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--json",
            description = "Print JSON: the properties stay, null where unknown, the digest as 16 hexadecimal digits.")
    private boolean json;

    @Mixin
    private ConsumerOptions consumer = new ConsumerOptions();

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Override
    public Integer call() {
        ConsumerApi api = consumer.api();
        Logging.hushClients(parent.verbose());
        try (Cluster cluster = options.open()) {
            StatusReport report = StatusReport.gather(cluster, api);
            print(report);
            return report.fine() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void print(StatusReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(StatusJson.of(report));
        } else {
            StatusTable.lines(report).forEach(out::println);
        }
        out.flush();
    }
}
