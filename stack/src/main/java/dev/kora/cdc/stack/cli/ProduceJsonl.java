package dev.kora.cdc.stack.cli;

import dev.kora.cdc.producer.source.jsonl.JsonlInput;
import dev.kora.cdc.producer.source.jsonl.JsonlListener;
import dev.kora.cdc.stack.Feed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Adds JSON Lines to what {@code produce} runs. */
@Command(
        name = "jsonl",
        description = {
            "Append the changes in a file of JSON Lines, or in standard input, and end.",
            "",
            "The lines are those that 'kora-cdc tail' prints; docs/formats.md describes them. Only op and its fields count: a "
                    + "line without a shard goes where its key's hash slot says. Heartbeats and other control entries are skipped.",
            "",
            "Where it stood in a file is committed with each change. Started again with the same file, it goes on at the first line "
                    + "that is not in the log, also where the file has grown since. Standard input keeps no place.",
            "",
            "A line that cannot be appended is rejected: named with its number, left out, counted. The others are appended, and "
                    + "the exit code is 1.",
            ""
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  kora-cdc produce jsonl changes.jsonl",
            "  kora-cdc tail --database a | kora-cdc produce jsonl --database b",
            "  kora-cdc produce jsonl changes.jsonl --from-beginning"
        })
final class ProduceJsonl implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ProduceCommand produce;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            defaultValue = STANDARD_INPUT,
            description = "File of JSON Lines; - or nothing is standard input.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String file;

    @Option(
            names = "--from-beginning",
            description =
                    "Read the file from its first line, whatever of it, or of another file, is in the log already. "
                            + "Give it until the first lines are committed, which is told: a start without it then goes on "
                            + "where this one ended.")
    private boolean fromBeginning;

    @Override
    public Integer call() {
        JsonlInput input = file.equals(STANDARD_INPUT)
                ? new JsonlInput.OfStream("standard input", System.in)
                : JsonlInput.of(Path.of(file));
        return produce.feed(new Feed.Jsonl(input, fromBeginning, new Screen(input.name())));
    }

    /** Tells people, on standard error. */
    private final class Screen implements JsonlListener {
        private final String name;

        Screen(String name) {
            this.name = name;
        }

        @Override
        public void rejected(long line, String why) {
            notice("%s line %d is rejected: %s".formatted(name, line, why));
        }

        @Override
        public void notice(String sentence) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("kora-cdc: " + ErrorLine.of(sentence));
            err.flush();
        }
    }
}
