package dev.kora.cdc.stack;

import dev.kora.cdc.producer.source.kora.KoraDirectory;
import dev.kora.cdc.schema.CdcException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The write side of a database as a process of its own, on any cluster. */
public final class Producing {
    private final OpenDatabase database;
    private final WriteSide side;
    private final OptionalInt gatewayPort;
    private final int httpPort;

    private Producing(OpenDatabase database, WriteSide side, OptionalInt gatewayPort, int httpPort) {
        this.database = database;
        this.side = side;
        this.gatewayPort = gatewayPort;
        this.httpPort = httpPort;
    }

    /**
     * What it runs.
     *
     * @param topics what it makes of topics that are missing
     * @param feeds one or more, each kind once
     * @param gatewayPort of the gateway, if that is among the feeds; 0 for any free one
     * @param httpPort of health, metrics and the JSON API; 0 for any free one
     */
    public record Config(
            DatabaseAccess access,
            TopicPlan topics,
            List<Feed> feeds,
            PublisherTuning publisher,
            Endpoint endpoint,
            int gatewayPort,
            int httpPort) {
        public Config {
            feeds = List.copyOf(feeds);
        }
    }

    /**
     * Opens the database, takes it over from whoever wrote it before, and begins to feed it.
     *
     * @param parts takes over what has to be closed
     * @throws CdcException.Invalid something is not as it must be
     * @throws CdcException.Unavailable Kafka or the registry was not reached in time
     */
    public static Producing start(Config config, Progress progress, OpenParts parts) {
        TopicPlan plan = plan(config);
        boolean gateway = config.feeds().stream().anyMatch(Feed.Gateway.class::isInstance);
        List<Integer> ports = Ports.chooseAll(
                config.endpoint().host(),
                gateway
                        ? List.of(
                                new Ports.Wanted("--http-port", config.httpPort()),
                                new Ports.Wanted("--gateway-port", config.gatewayPort()))
                        : List.of(new Ports.Wanted("--http-port", config.httpPort())));
        progress.begin("opening the database %s at %s"
                .formatted(config.access().database(), config.access().kafka().bootstrapServers()));
        OpenDatabase database = OpenDatabase.create(config.access(), plan, progress, parts);
        var sideConfig = new WriteConfig(
                config.feeds(), config.publisher(), config.access().patience(), config.endpoint(), ports.getLast());
        WriteSide side = WriteSide.open(database, sideConfig, parts);
        config.endpoint().serveHttp(side.http().routes(), ports.getFirst(), parts);
        OptionalInt gatewayPort = gateway ? OptionalInt.of(ports.getLast()) : OptionalInt.empty();
        return new Producing(database, side, gatewayPort, ports.getFirst());
    }

    /** A shard of a Kora engine is a shard of the database. */
    private static TopicPlan plan(Config config) {
        Optional<Feed.Kora> kora = Feed.kora(config.feeds());
        if (kora.isEmpty()) {
            return config.topics();
        }
        return config.topics()
                .withShards(KoraDirectory.shards(
                        kora.get().directory(), config.topics().shards()));
    }

    /** Number of the database's shards. */
    public int shards() {
        return database.shards();
    }

    /** Port of the gateway; empty where that is not among the feeds. */
    public OptionalInt gatewayPort() {
        return gatewayPort;
    }

    /** Port of health, metrics and the JSON API. */
    public int httpPort() {
        return httpPort;
    }

    /** Whether and how it has ended by itself. */
    public Optional<Ending> ending() {
        return side.ending();
    }
}
