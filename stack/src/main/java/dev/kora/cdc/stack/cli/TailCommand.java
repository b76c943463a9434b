package dev.kora.cdc.stack.cli;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.WalEntry;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints a {@link Tail} as JSON Lines. */
@Command(
        name = "tail",
        description = {
            "Print the log, each entry as a line of JSON, verified: a gap or a broken entry ends it with an error.",
            "",
            "It ends at the end that the log had when it began; with --follow it goes on with what comes. Entries of a"
                    + " shard keep their order, shards are merged by time. Heartbeats and other control entries are"
                    + " printed as well, so that sequences have no holes; --match leaves them out.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  kora-cdc tail                               everything that is in the log",
            "  kora-cdc tail --follow                      what is written from now on",
            "  kora-cdc tail --from beginning --follow     both",
            "  kora-cdc tail --match 'user:*'              changes of some keys",
            "  kora-cdc tail --match 'books/*' --shard 0   changes of the documents of a collection in one shard",
            "  kora-cdc tail --match '*' | jq -r .op | sort | uniq -c",
            "  kora-cdc tail @prod.args                    options from a file, such as secrets"
        })
final class TailCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private KoraCdc parent;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "beginning|end",
            description = "Where to begin (default: end with --follow, beginning without).")
    private Tail.@Nullable From from;

    @Option(names = "--shard", paramLabel = "N", description = "Print this shard alone.")
    private @Nullable Integer shard;

    @Option(
            names = "--match",
            paramLabel = "GLOB",
            description =
                    "Print changes of these keys alone, and of documents whose COLLECTION/ID matches: *, ?, [a-c], "
                            + "\\ as for Redis's KEYS. FLUSHDB changes every key and is always printed.")
    private @Nullable String match;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes.")
    private boolean follow;

    @Option(
            names = "--pass-broken",
            description =
                    "Go on behind an entry that breaks the log, after telling of it; without it, it ends the output.")
    private boolean passBroken;

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    @Override
    public Integer call() {
        Logging.hushClients(parent.verbose());
        try (Cluster cluster = options.open();
                Tail tail = Tail.open(cluster, selection(cluster), this::notice, System::nanoTime)) {
            if (follow && from == null) {
                notice("waiting for what is written from now on; --from beginning shows what was written before");
            }
            tail.run(new JsonLinesSink(parent.out()));
        } catch (IOException e) {
            if (!readerWent(e)) {
                throw new CdcException.Invalid("standard output cannot be written: " + e.getMessage(), e);
            }
        }
        return ExitCode.OK;
    }

    private Tail.Selection selection(Cluster cluster) {
        return new Tail.Selection(shards(cluster), start(), follow, passBroken, wanted());
    }

    private Tail.From start() {
        if (from != null) {
            return from;
        }
        return follow ? Tail.From.END : Tail.From.BEGINNING;
    }

    private List<Integer> shards(Cluster cluster) {
        if (shard == null) {
            return IntStream.range(0, cluster.shards()).boxed().toList();
        }
        cluster.requireShard(shard, spec);
        return List.of(shard);
    }

    private Predicate<WalEntry.Content> wanted() {
        return match == null ? any -> true : new KeyPattern(Glob.of(Bytes.utf8(match)));
    }

    private void notice(String sentence) {
        spec.commandLine().getErr().println("kora-cdc: " + ErrorLine.of(sentence));
    }

    /** Whether who read the output has seen enough, as {@code head} has; the system's words differ, this one stays. */
    private static boolean readerWent(IOException e) {
        return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
    }
}
