package dev.kora.cdc.stack;

import dev.kora.cdc.producer.PublisherConfig;
import dev.kora.cdc.producer.metrics.GatewayMeters;
import dev.kora.cdc.producer.metrics.KoraSourceMeters;
import dev.kora.cdc.producer.metrics.PublisherMeters;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.producer.source.kora.FollowerOptions;
import dev.kora.cdc.producer.source.kora.KoraSource;
import dev.kora.cdc.producer.source.resp.Gateway;
import dev.kora.cdc.server.metrics.RespMeters;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import dev.kora.cdc.stack.StackConfig.KoraDirectory;
import java.time.InstantSource;
import java.util.Optional;

/** The producer's side of a stack: the publisher, and what feeds it. */
final class WriteSide {
    private WriteSide() {}

    /**
     * Takes the database over from whoever wrote it before, and begins to feed it.
     *
     * @param kora the Kora engine's directory to follow; empty where the gateway takes the writes
     * @param parts takes over what has to be closed
     */
    static void open(OpenDatabase database, Optional<KoraDirectory> kora, int port, OpenParts parts) {
        InstantSource clock = InstantSource.system();
        KafkaPublisher publisher = parts.add(KafkaPublisher.open(
                PublisherConfig.of(database.database(), database.shards()),
                database.log(),
                database.codecs().wal(),
                clock));
        PublisherMeters.bind(publisher, database.metrics());
        Gateway gateway = kora.isPresent()
                ? Gateway.refusing(follow(kora.get(), publisher, database, clock, parts))
                : Gateway.logging(publisher, clock);
        serve(gateway, database, port, parts);
    }

    /** Follows a directory; returns how people call it. */
    private static String follow(
            KoraDirectory kora, KafkaPublisher publisher, OpenDatabase database, InstantSource clock, OpenParts parts) {
        FollowerOptions options = new FollowerOptions(kora.withRdb(), FollowerOptions.DEFAULT.skipOversized());
        KoraSource source = parts.add(KoraSource.open(kora.path(), options, publisher, clock));
        KoraSourceMeters.bind(source, database.metrics());
        return kora.path().toString();
    }

    private static void serve(Gateway gateway, OpenDatabase database, int port, OpenParts parts) {
        RespOptions options = RespOptions.loopback("gateway", Version.text(), port);
        RespServer server = parts.add(ReadSide.listen(
                () -> RespServer.start(options, gateway.commands(), gateway::info, Execution.EVENT_LOOP)));
        RespMeters.bind(options.name(), server.metrics(), database.metrics());
        GatewayMeters.bind(gateway, database.metrics());
    }
}
