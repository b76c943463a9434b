package dev.kora.cdc.stack;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@link Stack} runs.
 *
 * @param directory of all its data
 * @param database its name prefixes the topics
 * @param shards number of shards; where it is empty, what the directory holds, or what the Kora directory has, or 4
 * @param kora the Kora engine's directory to follow; empty where the gateway takes the writes
 * @param ports where it listens
 * @param brokerSettings that go before those of the embedded broker
 */
public record StackConfig(
        Path directory,
        String database,
        OptionalInt shards,
        Optional<KoraDirectory> kora,
        StackPorts ports,
        Map<String, String> brokerSettings) {

    /** Number of shards of a new database, where nobody says otherwise. */
    public static final int DEFAULT_SHARDS = 4;

    /** The most shards that one process can take: each has two partitions, a thread and a store. */
    public static final int MAX_SHARDS = 256;

    /** The database {@code kora} on a directory, fed by the gateway, on free ports. */
    public static StackConfig of(Path directory) {
        return new StackConfig(directory, "kora", OptionalInt.empty(), Optional.empty(), StackPorts.free(), Map.of());
    }

    /** This configuration with a number of shards. */
    public StackConfig withShards(int number) {
        return new StackConfig(directory, database, OptionalInt.of(number), kora, ports, brokerSettings);
    }

    /** This configuration, fed by a Kora engine's directory. */
    public StackConfig withKora(KoraDirectory followed) {
        return new StackConfig(directory, database, shards, Optional.of(followed), ports, brokerSettings);
    }

    /** This configuration on other ports. */
    public StackConfig withPorts(StackPorts others) {
        return new StackConfig(directory, database, shards, kora, others, brokerSettings);
    }

    /**
     * A Kora engine's data directory.
     *
     * @param path of the directory with {@code shard-0}, {@code shard-1}, …
     * @param withRdb whether the first attach begins with the engine's snapshot, as the engine itself recovers
     */
    public record KoraDirectory(Path path, boolean withRdb) {}
}
