package dev.kora.cdc.producer.source.kora;

import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The layout of a Kora data directory: {@code shard-0}, {@code shard-1}, … with the files of a shard in each. */
public final class KoraDirectory {
    private static final Pattern SHARD = Pattern.compile("shard-(0|[1-9]\\d{0,5})");

    /**
     * The number of shards of a data directory.
     *
     * @throws CdcException.Invalid it is no directory, has no shard directories, or their numbers have holes
     */
    public static int shards(Path directory) {
        List<Integer> numbers = numbers(directory);
        if (numbers.isEmpty()) {
            throw new CdcException.Invalid(
                    directory + " is no Kora data directory: it has no shard-0, shard-1, … directories");
        }
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) != i) {
                throw new CdcException.Invalid(directory + " has no shard-" + i + ", but a shard-" + numbers.get(i)
                        + ": the shard directories must be numbered from 0 without holes");
            }
        }
        return numbers.size();
    }

    /**
     * The number of shards of a data directory, which is also how many its database has.
     *
     * @param asked how many were asked for; empty where nobody said
     * @throws CdcException.Invalid as {@link #shards(Path)}, and where it holds another number
     */
    public static int shards(Path directory, Optional<Integer> asked) {
        int shards = shards(directory);
        asked.filter(wanted -> wanted != shards).ifPresent(wanted -> {
            throw new CdcException.Invalid(
                    "%s holds %s: leave --shards %d out".formatted(directory, Count.of(shards, "shard"), wanted));
        });
        return shards;
    }

    static Path shard(Path directory, int shard) {
        return directory.resolve("shard-" + shard);
    }

    private static List<Integer> numbers(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new CdcException.Invalid("there is no directory " + directory
                    + ": expected a Kora engine's data directory, with shard-0, shard-1, … in it");
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> SHARD.matcher(entry.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(matcher -> Integer.valueOf(matcher.group(1)))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CdcException.Invalid("cannot read the Kora data directory " + directory + ": " + e, e);
        }
    }

    private KoraDirectory() {}
}
