package dev.kora.cdc.stack;

import dev.kora.cdc.schema.CdcException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The read side of a database as a process of its own, on any cluster. */
public final class Materializing {
    private final OpenDatabase database;
    private final ReadSide side;
    private final int respPort;
    private final int httpPort;

    private Materializing(OpenDatabase database, ReadSide side, int respPort, int httpPort) {
        this.database = database;
        this.side = side;
        this.respPort = respPort;
        this.httpPort = httpPort;
    }

    /**
     * What it runs.
     *
     * @param directory of the stores and of what names this process in the consumer group; one process uses it at a time
     * @param commitInterval longest time for which a commit gathers entries
     * @param commitRows changed rows that a commit gathers at most, per shard
     * @param cacheBytes RocksDB's cache of blocks, for all shards together
     * @param writeBufferBytes RocksDB's memory for rows that are not on the disk yet, likewise
     * @param respPort of the reads; 0 for any free one
     * @param httpPort of health, metrics and the JSON API; 0 for any free one
     */
    public record Config(
            DatabaseAccess access,
            Path directory,
            Duration commitInterval,
            int commitRows,
            long cacheBytes,
            long writeBufferBytes,
            Endpoint endpoint,
            int respPort,
            int httpPort) {
        private ReadConfig.Tuning tuning() {
            return new ReadConfig.Tuning(commitInterval, commitRows, cacheBytes, writeBufferBytes);
        }
    }

    /**
     * Waits for the database's topics, takes shards over as the group gives them, and begins to serve.
     *
     * @param parts takes over what has to be closed
     * @throws CdcException.Invalid something is not as it must be
     * @throws CdcException.Unavailable Kafka, the registry or the topics were not there in time
     */
    public static Materializing start(Config config, Progress progress, OpenParts parts) {
        parts.add(DirectoryLock.take(config.directory()));
        String instance =
                InstanceFile.settle(config.directory(), config.access().database());
        List<Integer> ports = Ports.chooseAll(
                config.endpoint().host(),
                List.of(
                        new Ports.Wanted("--resp-port", config.respPort()),
                        new Ports.Wanted("--http-port", config.httpPort())));
        progress.begin("opening the database %s at %s"
                .formatted(config.access().database(), config.access().kafka().bootstrapServers()));
        OpenDatabase database = OpenDatabase.find(config.access(), progress, parts);
        var sideConfig = new ReadConfig(
                instance, config.directory().resolve("store"), config.tuning(), config.endpoint(), ports.getFirst());
        ReadSide side = ReadSide.open(database, sideConfig, parts);
        config.endpoint().serveHttp(side.routes(), ports.getLast(), parts);
        side.awaitSettled(progress, parts::isClosed);
        return new Materializing(database, side, ports.getFirst(), ports.getLast());
    }

    /** Number of the database's shards. */
    public int shards() {
        return database.shards();
    }

    /** Port of the reads. */
    public int respPort() {
        return respPort;
    }

    /** Port of health, metrics and the JSON API. */
    public int httpPort() {
        return httpPort;
    }

    /** A sentence for each shard that cannot be read here at the moment; none where all is well. */
    public List<String> unreadable() {
        return side.unreadable();
    }

    /** Whether and how it has ended by itself. A halted shard is no end: the others go on. */
    public Optional<Ending> ending() {
        return side.ending();
    }
}
