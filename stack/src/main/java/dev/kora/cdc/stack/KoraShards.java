package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The shard directories of a Kora engine: {@code shard-0}, {@code shard-1}, … */
final class KoraShards {
    private static final Pattern NAME = Pattern.compile("shard-(\\d{1,5})");

    private KoraShards() {}

    /**
     * The number of shards of an engine's directory.
     *
     * @param wanted what the caller asks for, if anything; it must be the same
     * @throws CdcException.Invalid where there is no such directory, a shard is missing in the row, or the numbers differ
     */
    static int count(Path directory, OptionalInt wanted) {
        Set<Integer> numbers = numbers(directory);
        int shards = numbers.size();
        if (shards == 0) {
            throw new CdcException.Invalid(
                    "%s holds no shard-0: --kora-dir names a Kora engine's data directory".formatted(directory));
        }
        for (int shard = 0; shard < shards; shard++) {
            if (!numbers.contains(shard)) {
                throw new CdcException.Invalid(
                        "%s holds %d shard directories, but no shard-%d".formatted(directory, shards, shard));
            }
        }
        if (wanted.isPresent() && wanted.getAsInt() != shards) {
            throw new CdcException.Invalid(
                    "%s holds %d shards: leave --shards %d out".formatted(directory, shards, wanted.getAsInt()));
        }
        return shards;
    }

    private static Set<Integer> numbers(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> NAME.matcher(entry.getFileName().toString()))
                    .filter(matcher -> matcher.matches())
                    .map(matcher -> Integer.parseInt(matcher.group(1)))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new CdcException.Invalid("--kora-dir %s cannot be read: %s".formatted(directory, e), e);
        }
    }
}
